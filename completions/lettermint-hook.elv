
set edit:completion:arg-completer[lettermint-hook] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) LETTERMINT_HOOK_COMPLETE="elvish" lettermint-hook -- $@words) | to-lines
}


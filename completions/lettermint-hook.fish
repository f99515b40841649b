# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_lettermint_hook_global_optspecs
    string join \n json color= q/quiet config= no-input h/help V/version
end

function __fish_lettermint_hook_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_lettermint_hook_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_lettermint_hook_using_subcommand
    set -l cmd (__fish_lettermint_hook_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -s V -l version -d 'Print version'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "send" -d 'Build, sign and send deliveries to an endpoint'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "listen" -d 'Receive deliveries: verify, show, record, forward, and assert'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "replay" -d 'Send recorded deliveries again: original bytes, new signature, next attempt number'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "verify" -d 'Verify captured deliveries, or one body and signature, offline'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "sign" -d 'Print the signature or all headers for a body, for scripts and fixtures'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "events" -d 'List the events, show a sample payload or its fields'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "retries" -d 'Show when Lettermint tries a failed delivery again'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "secret" -d 'Make a secret for local use, or check the configured ones without showing them'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "deliveries" -d 'Look into the recorded deliveries, convert, compare, redact and prune them'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "webhooks" -d 'Show what the config file defines, and everything that is wrong with it'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "demo" -d 'Show the whole round in one process: listen, send, verify, replay, tamper'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "completions" -d 'Print the completion script for a shell'
complete -c lettermint-hook -n "__fish_lettermint_hook_needs_command" -f -a "man" -d 'Print a manual page'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l scenario -d 'Send the events of a scenario about one message; `list` describes them' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l body -d 'Send these exact bytes, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l mix -d 'Send these events by weight: message.delivered=8,message.opened=2' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l id -d 'The delivery\'s id instead of a fresh one' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l timestamp -d 'When the event happened instead of now; the signature\'s time is --now' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l attempt -d 'The attempt number to send' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -s H -l header -d 'Add a header, or replace one of Lettermint\'s: \'Name: value\'' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l basic-auth -d 'Authenticate as USER, with HTTP Basic authentication' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l webhook -d 'Send to this webhook of the config file' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l route -d 'The id of the route on which the event happens' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l project -d 'The id of the project in which the event happens' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l tamper -d 'Tamper with the delivery; `list` describes the kinds' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l print -d 'Print the requests instead of sending them' -r -f -a "http\t'The whole HTTP message, as it would go on the wire'
curl\t'A curl command that sends the same request byte for byte'
json\t'A JSON object with headers and body'
body\t'The body\'s bytes and nothing else'
headers\t'The header lines'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l speed -d 'Divide the waits of --retry, or wait between the events of a scenario' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l set -d 'Set a field: PATH=TEXT or PATH:=JSON' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l unset -d 'Remove a field, after all --set' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l to -d 'The endpoint\'s URL [default: http://localhost:3000/webhooks/lettermint]' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l timeout -d 'Time for a whole attempt' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l cacert -d 'Also trust the certificates of this PEM file' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l max-attempts -d 'Attempts before a delivery is given up' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l count -d 'Number of deliveries' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l duration -d 'Keep sending for this long' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -s c -l concurrency -d 'Number of concurrent connections' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l rate -d 'Deliveries per second, such as 200/s or 30/m' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l duplicate -d 'Let this share of deliveries (0 to 1) repeat the one before, id and bytes' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l now -d 'Use this time instead of the clock' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l seed -d 'Draw ids from this seed: with --now, the same command makes the same bytes' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l all -d 'Send every event that has a payload'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l stop-on-failure -d 'End a scenario, or a list of events, at the first that is not delivered'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l dry-run -d 'Print the requests instead of sending them, as http'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l allow-remote -d 'Allow an endpoint that is not on this machine'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l insecure -d 'Accept any certificate'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l retry -d 'Retry failed deliveries on Lettermint\'s schedule'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l shuffle -d 'Send in random order'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l no-store -d 'Record nothing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -s p -l port -d 'The port, 0 for any free one' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l host -d 'The address to listen on' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l allow-host -d 'Answer to this name, too, when a request\'s Host carries it; * matches any run of letters' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l ready-file -d 'Write the URL to this file when ready; it is removed at the end' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l events -d 'Show only events like this, such as \'message.*bounced\'' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l where -d 'Show only deliveries with this in the payload, such as data.recipient=*@example.com' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l only -d 'Show only one kind of delivery' -r -f -a "invalid\t'Refused by verification'
valid\t'Genuine'
duplicate\t'Repeats of an id'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l forward-to -d 'Forward deliveries to this handler and answer as it does' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l forward-timeout -d 'Time for the handler to answer' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l forward-signed-with -d 'Sign again for a handler with another secret: env:NAME or file:PATH' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l respond -d 'Answer with these statuses in order, then always with the last' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l respond-for -d 'Answer one event with this status, such as message.inbound=422' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l delay -d 'Wait before answering: 2s, or 1s..5s to draw from' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l drop -d 'Close this share of connections without an answer, such as 0.1 or 10%' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l reset -d 'Reset this share of connections' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l truncate-reply -d 'Cut this share of answers short of their announced length' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l seed -d 'Draw what goes wrong from this seed: the same every time' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l expect -d 'Expect an event: at least once, N times with :N, exactly N times with :=N; globs work' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l expect-where -d 'Count only deliveries with this in the payload, such as data.recipient=*@example.com' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l forbid -d 'Fail as soon as an event like this comes; globs work' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l count -d 'Expect N deliveries that count in all, then decide; =N: exactly N, decided at the end' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l timeout -d 'Decide after this time at the latest' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l junit -d 'Write the verdict as JUnit XML, too' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l max-body -d 'Largest body, such as 50M; a larger one is answered 413' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l max-head -d 'Largest request head, such as 64KiB; a larger one is answered 431' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l max-connections -d 'Connections at once, as far as the system allows; more have to wait' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l read-timeout -d 'Time for a head, and for a body, to come whole; then 408' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l idle-timeout -d 'Time that an unused connection is kept' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l compact -d 'One line per delivery, without the payload'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l full -d 'Show payloads whole, long texts too'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l allow-remote -d 'Allow a handler that is not on this machine'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l reject-invalid -d 'Answer 401 to what does not verify instead of forwarding it'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l forbid-invalid -d 'Fail as soon as a delivery does not verify'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l ordered -d 'Expect the --expect events in their order'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l no-store -d 'Record nothing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l fsync -d 'Write each delivery to disk before it is answered, to survive a power loss'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l id -d 'Deliveries with this id, or its beginning' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l event -d 'Deliveries of this event; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l where -d 'Deliveries whose payload has this value; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l since -d 'Deliveries recorded at this time or later' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l until -d 'Deliveries recorded before this time' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l last -d 'The last N of the selected deliveries' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l since-id -d 'Deliveries after this one, to continue an interrupted run' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l direction -d 'Deliveries that went this way' -r -f -a "received\t'Received by `listen`'
sent\t'Sent by `send` or `replay`'
any\t'Both'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l attempt -d 'The attempt number to send: a number, or `same` for the captured one [default: the one after the captured]' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l speed -d 'Divide the gaps of --realtime and the waits of --retry' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l webhook -d 'Send to this webhook of the config file' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l print -d 'Print the requests instead of sending them' -r -f -a "http\t'The whole HTTP message, as it would go on the wire'
curl\t'A curl command that sends the same request byte for byte'
json\t'A JSON object with headers and body'
body\t'The body\'s bytes and nothing else'
headers\t'The header lines'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l set -d 'Set a field: PATH=TEXT or PATH:=JSON' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l unset -d 'Remove a field, after all --set' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l to -d 'The endpoint\'s URL [default: http://localhost:3000/webhooks/lettermint]' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l timeout -d 'Time for a whole attempt' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l cacert -d 'Also trust the certificates of this PEM file' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l max-attempts -d 'Attempts before a delivery is given up' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -s c -l concurrency -d 'Number of concurrent connections' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l rate -d 'Deliveries per second, such as 200/s or 30/m' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l duplicate -d 'Let this share of deliveries (0 to 1) repeat the one before, id and bytes' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l now -d 'Use this time instead of the clock' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l seed -d 'Draw ids from this seed: with --now, the same command makes the same bytes' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l failed -d 'Deliveries that were refused or not answered 2xx'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l pick -d 'Pick from a list, by typing parts of a line'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l every-attempt -d 'Every attempt, not each delivery once in its latest'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l verbatim -d 'Send the captured headers as they were, old signature included'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l realtime -d 'Keep the gaps between the captured deliveries'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l dry-run -d 'Print the requests instead of sending them, as http'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l allow-remote -d 'Allow an endpoint that is not on this machine'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l insecure -d 'Accept any certificate'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l retry -d 'Retry failed deliveries on Lettermint\'s schedule'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l shuffle -d 'Send in random order'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l no-store -d 'Record nothing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l body -d 'Verify these bytes, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l signature -d 'The X-Lettermint-Signature value for --body' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l delivery -d 'The X-Lettermint-Delivery value for --body; without it, it is taken to be right' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l event -d 'The X-Lettermint-Event value for --body' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l now -d 'Judge age as of this time: `received`, or a time [default: received for captures]' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l tolerance -d 'How old or far ahead a signature may be: seconds, a duration such as 5m, or `off`' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l as -d 'Judge by this SDK\'s rules too, such as python@2; `list` shows them all' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l format -d 'The form of the output' -r -f -a "text\t'For people'
json\t'One JSON value a line, as with --json'
junit\t'JUnit XML, one case a delivery'
github\t'Annotations of GitHub Actions, one a failure'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l require-event -d 'Fail unless a valid delivery of this event is seen' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l max-age -d 'Fail deliveries signed longer ago than this (90d, 12h), as of --now or the clock' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l allow-empty -d 'Exit 0 also when there was nothing to verify'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l fail-fast -d 'End at the first failure'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l progress -d 'Show progress on a terminal'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l body -d 'The body\'s file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l event -d 'The event for the header [default: the body\'s]' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l attempt -d 'The attempt number for the header' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l now -d 'Use this time instead of the clock' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l headers -d 'Print every header of the delivery, one per line'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -l fields -d 'Show the fields with types, nullability and notes'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l from -d 'When the first attempt was made [default: now]' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l max-attempts -d 'Attempts before the delivery is marked failed' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l now -d 'Use this time instead of the clock' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand retries" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -f -a "new" -d 'Print a new random secret'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and not __fish_seen_subcommand_from new check" -f -a "check" -d 'Look for mistakes in the configured secrets without showing them'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -l env -d 'Write it into this file as LETTERMINT_WEBHOOK_SECRET [default: .env]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -l force -d 'Replace the one that the file has'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand secret; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "list" -d 'List the latest attempts, newest first'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "show" -d 'Show one delivery: all its attempts, its headers and its payload'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "export" -d 'Write recorded deliveries in a format that other tools read'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "import" -d 'Take captures of other tools into the store'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "diff" -d 'Show how two requests differ: headers, the first byte, JSON values, the encoding'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "redact" -d 'Replace who and what deliveries are about, and sign them anew with a test secret'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and not __fish_seen_subcommand_from list show export import diff redact prune" -f -a "prune" -d 'Remove old deliveries from the store'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l id -d 'Deliveries with this id, or its beginning' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l event -d 'Deliveries of this event; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l where -d 'Deliveries whose payload has this value; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l since -d 'Deliveries recorded at this time or later' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l until -d 'Deliveries recorded before this time' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l direction -d 'Deliveries that went this way' -r -f -a "received\t'Received by `listen`'
sent\t'Sent by `send` or `replay`'
any\t'Both'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l limit -d 'Show at most this many' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l failed -d 'Deliveries that were refused or not answered 2xx'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to this file [default: stdout]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l id -d 'Deliveries with this id, or its beginning' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l event -d 'Deliveries of this event; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l where -d 'Deliveries whose payload has this value; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l since -d 'Deliveries recorded at this time or later' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l until -d 'Deliveries recorded before this time' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l last -d 'The last N of the selected deliveries' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l since-id -d 'Deliveries after this one, to continue an interrupted run' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l direction -d 'Deliveries that went this way' -r -f -a "received\t'Received by `listen`'
sent\t'Sent by `send` or `replay`'
any\t'Both'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l format -d 'The format' -r -f -a "har\t'HTTP Archive 1.2, for browsers and proxies'
http\t'HTTP/1.1 request messages, one after another'
curl\t'Command lines of curl'
ndjson\t'Records, one per line'
json\t'Records as one JSON array'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l failed -d 'Deliveries that were refused or not answered 2xx'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l pick -d 'Pick from a list, by typing parts of a line'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -l allow-empty -d 'Exit 0 also when there was nothing to take'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -s o -l output -d 'Write to this file [default: stdout]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l id -d 'Deliveries with this id, or its beginning' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l event -d 'Deliveries of this event; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l where -d 'Deliveries whose payload has this value; * stands for anything' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l since -d 'Deliveries recorded at this time or later' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l until -d 'Deliveries recorded before this time' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l last -d 'The last N of the selected deliveries' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l since-id -d 'Deliveries after this one, to continue an interrupted run' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l direction -d 'Deliveries that went this way' -r -f -a "received\t'Received by `listen`'
sent\t'Sent by `send` or `replay`'
any\t'Both'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l secret-file -d 'Read the secret from a file, `-` for stdin' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l secret-env -d 'Read the secret from this environment variable' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l secret -d 'The secret itself; other users of this machine can see it in the process list' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l failed -d 'Deliveries that were refused or not answered 2xx'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l pick -d 'Pick from a list, by typing parts of a line'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from redact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l older-than -d 'Remove what was recorded before this: a span back from now, or a time' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l keep-last -d 'Keep the last N attempts' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l store -d 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand deliveries; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand webhooks" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand webhooks" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand webhooks" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand webhooks" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand webhooks" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand webhooks" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -l now -d 'Use this time instead of the clock' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -l seed -d 'Draw ids from this seed: with --now, the same command makes the same bytes' -r
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand completions" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand completions" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand completions" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand completions" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand completions" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand man" -l color -d 'Color the output' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand man" -l config -d 'Read this config file [default: lettermint-hook.toml here or in a directory above]' -r -F
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand man" -l json -d 'Print JSON, or JSON Lines for streams'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand man" -s q -l quiet -d 'Print failures and results only'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand man" -l no-input -d 'Disable prompts; fail if input is missing'
complete -c lettermint-hook -n "__fish_lettermint_hook_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'

# bash completion for lettermint-hook
#
# The program itself is asked for the candidates at each Tab.

_lettermint_hook() {
    # Bash splits words at = and :, too; here they are as they were typed, up to the cursor.
    local line=${COMP_LINE:0:COMP_POINT} words=() last=-1 i part rest
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        rest=${line#"${line%%[![:space:]]*}"}
        if [[ $last -lt 0 || $rest != "$line" ]]; then
            last=$((last + 1))
            words[last]=
        fi
        if [[ $i -eq COMP_CWORD ]]; then
            part=$rest
        fi
        words[last]+=$part
        line=${rest#"$part"}
    done
    # What Bash does not take for part of the word stays as it is typed.
    if [[ $part == [:=]* ]]; then
        part=
    fi
    local typed=${words[last]%"$part"} candidate
    COMPREPLY=()
    while IFS= read -r candidate || [[ -n $candidate ]]; do
        COMPREPLY+=("${candidate#"$typed"}")
        # Only paths are quoted: elsewhere an = stands for itself.
        if [[ -e ${candidate/#\~/$HOME} ]]; then
            compopt -o filenames 2>/dev/null
        fi
    done < <(
        LETTERMINT_HOOK_COMPLETE=bash _CLAP_COMPLETE_INDEX=$last _CLAP_IFS=$'\n' \
            lettermint-hook -- "${words[@]}" 2>/dev/null
    )
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

# Candidates stay in their order where Bash can do that (4.4 and later): the newest delivery first.
complete -o nosort -F _lettermint_hook lettermint-hook 2>/dev/null ||
    complete -F _lettermint_hook lettermint-hook

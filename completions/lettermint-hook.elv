
use builtin;
use str;

set edit:completion:arg-completer[lettermint-hook] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'lettermint-hook'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'lettermint-hook'= {
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand send 'Build, sign and send deliveries to an endpoint'
            cand listen 'Receive deliveries: verify, show and record them'
            cand replay 'Send recorded deliveries again: original bytes, new signature, next attempt number'
            cand verify 'Verify recorded deliveries, or one body and signature, offline'
            cand sign 'Print the signature or all headers for a body, for scripts and fixtures'
            cand events 'List the events, show a sample payload or its fields'
            cand retries 'Show when Lettermint tries a failed delivery again'
            cand secret 'Make a secret for local use, or check the configured ones without showing them'
            cand demo 'Show the whole round in one process: listen, send, verify, replay, tamper'
            cand completions 'Print the completion script for a shell'
            cand man 'Print a manual page'
        }
        &'lettermint-hook;send'= {
            cand --body 'Send these exact bytes, `-` for stdin'
            cand --id 'The delivery''s id instead of a fresh one'
            cand --timestamp 'When the event happened instead of now; the signature''s time is --now'
            cand --attempt 'The attempt number to send'
            cand -H 'Add a header, or replace one of Lettermint''s: ''Name: value'''
            cand --header 'Add a header, or replace one of Lettermint''s: ''Name: value'''
            cand --set 'Set a field: PATH=TEXT or PATH:=JSON'
            cand --unset 'Remove a field, after all --set'
            cand --to 'The endpoint''s URL [default: http://localhost:3000/webhooks/lettermint]'
            cand --timeout 'Time for a whole attempt'
            cand --cacert 'Trust the certificates of this PEM file too'
            cand --secret-file 'Read the secret from a file, `-` for stdin'
            cand --secret-env 'Read the secret from this environment variable'
            cand --secret 'The secret itself; other users of this machine can see it in the process list'
            cand --store 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]'
            cand --now 'Use this time instead of the clock'
            cand --seed 'Draw ids from this seed: with --now, the same command makes the same bytes'
            cand --color 'Colour the output'
            cand --all 'Send every event that has a payload'
            cand --dry-run 'Print the requests instead of sending them'
            cand --allow-remote 'Permit an endpoint that is not on this machine'
            cand --insecure 'Accept any certificate'
            cand --no-store 'Record nothing'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;listen'= {
            cand -p 'The port, 0 for any free one'
            cand --port 'The port, 0 for any free one'
            cand --host 'The address to listen on'
            cand --max-body 'Bytes of a body that are taken at most; more is answered 413'
            cand --secret-file 'Read the secret from a file, `-` for stdin'
            cand --secret-env 'Read the secret from this environment variable'
            cand --secret 'The secret itself; other users of this machine can see it in the process list'
            cand --store 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]'
            cand --color 'Colour the output'
            cand --compact 'One line a delivery, without the payload'
            cand --full 'Show payloads whole, long texts too'
            cand --no-store 'Record nothing'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;replay'= {
            cand --id 'Deliveries with this id, or its beginning'
            cand --event 'Deliveries of this event; * stands for anything'
            cand --since 'Deliveries recorded at this time or later'
            cand --until 'Deliveries recorded before this time'
            cand --last 'The last so many of those selected otherwise'
            cand --to 'The endpoint''s URL [default: http://localhost:3000/webhooks/lettermint]'
            cand --timeout 'Time for a whole attempt'
            cand --cacert 'Trust the certificates of this PEM file too'
            cand --secret-file 'Read the secret from a file, `-` for stdin'
            cand --secret-env 'Read the secret from this environment variable'
            cand --secret 'The secret itself; other users of this machine can see it in the process list'
            cand --store 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]'
            cand --now 'Use this time instead of the clock'
            cand --seed 'Draw ids from this seed: with --now, the same command makes the same bytes'
            cand --color 'Colour the output'
            cand --failed 'Deliveries that were refused or not answered 2xx'
            cand --verbatim 'Send the captured headers as they were, old signature included'
            cand --allow-remote 'Permit an endpoint that is not on this machine'
            cand --insecure 'Accept any certificate'
            cand --no-store 'Record nothing'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;verify'= {
            cand --body 'Verify these bytes, `-` for stdin'
            cand --signature 'The X-Lettermint-Signature value for --body'
            cand --delivery 'The X-Lettermint-Delivery value for --body'
            cand --now 'Judge age as of this time: `received`, or a time [default: received for records]'
            cand --tolerance 'Seconds that a signature may be old or ahead, or `off`'
            cand --secret-file 'Read the secret from a file, `-` for stdin'
            cand --secret-env 'Read the secret from this environment variable'
            cand --secret 'The secret itself; other users of this machine can see it in the process list'
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;sign'= {
            cand --body 'The body''s file, `-` for stdin'
            cand --event 'The event for the header [default: the body''s]'
            cand --attempt 'The attempt number for the header'
            cand --secret-file 'Read the secret from a file, `-` for stdin'
            cand --secret-env 'Read the secret from this environment variable'
            cand --secret 'The secret itself; other users of this machine can see it in the process list'
            cand --now 'Use this time instead of the clock'
            cand --seed 'Draw ids from this seed: with --now, the same command makes the same bytes'
            cand --color 'Colour the output'
            cand --headers 'Print every header of the delivery, a line each'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;events'= {
            cand --color 'Colour the output'
            cand --fields 'Show the fields with types, nullability and notes'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;retries'= {
            cand --from 'When the first attempt was made [default: now]'
            cand --max-attempts 'Attempts before the delivery is marked failed'
            cand --now 'Use this time instead of the clock'
            cand --seed 'Draw ids from this seed: with --now, the same command makes the same bytes'
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;secret'= {
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand new 'Print a new random secret'
            cand check 'Look for mistakes in the configured secrets without showing them'
        }
        &'lettermint-hook;secret;new'= {
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;secret;check'= {
            cand --secret-file 'Read the secret from a file, `-` for stdin'
            cand --secret-env 'Read the secret from this environment variable'
            cand --secret 'The secret itself; other users of this machine can see it in the process list'
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;demo'= {
            cand --now 'Use this time instead of the clock'
            cand --seed 'Draw ids from this seed: with --now, the same command makes the same bytes'
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;completions'= {
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'lettermint-hook;man'= {
            cand --color 'Colour the output'
            cand --json 'Print JSON: one value, or one a line'
            cand -q 'Print failures and results only'
            cand --quiet 'Print failures and results only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}


using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'lettermint-hook' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'lettermint-hook'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'lettermint-hook' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Build, sign and send deliveries to an endpoint')
            [CompletionResult]::new('listen', 'listen', [CompletionResultType]::ParameterValue, 'Receive deliveries: verify, show, record, forward, and assert')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Send recorded deliveries again: original bytes, new signature, next attempt number')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify recorded deliveries, or one body and signature, offline')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Print the signature or all headers for a body, for scripts and fixtures')
            [CompletionResult]::new('events', 'events', [CompletionResultType]::ParameterValue, 'List the events, show a sample payload or its fields')
            [CompletionResult]::new('retries', 'retries', [CompletionResultType]::ParameterValue, 'Show when Lettermint tries a failed delivery again')
            [CompletionResult]::new('secret', 'secret', [CompletionResultType]::ParameterValue, 'Make a secret for local use, or check the configured ones without showing them')
            [CompletionResult]::new('deliveries', 'deliveries', [CompletionResultType]::ParameterValue, 'Look into the recorded deliveries')
            [CompletionResult]::new('webhooks', 'webhooks', [CompletionResultType]::ParameterValue, 'Show what the config file defines, and everything that is wrong with it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the whole round in one process: listen, send, verify, replay, tamper')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page')
            break
        }
        'lettermint-hook;send' {
            [CompletionResult]::new('--scenario', '--scenario', [CompletionResultType]::ParameterName, 'Send the events of a story about one message; `list` describes them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'Send these exact bytes, `-` for stdin')
            [CompletionResult]::new('--mix', '--mix', [CompletionResultType]::ParameterName, 'Send these events by weight: message.delivered=8,message.opened=2')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The delivery''s id instead of a fresh one')
            [CompletionResult]::new('--timestamp', '--timestamp', [CompletionResultType]::ParameterName, 'When the event happened instead of now; the signature''s time is --now')
            [CompletionResult]::new('--attempt', '--attempt', [CompletionResultType]::ParameterName, 'The attempt number to send')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Add a header, or replace one of Lettermint''s: ''Name: value''')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Add a header, or replace one of Lettermint''s: ''Name: value''')
            [CompletionResult]::new('--basic-auth', '--basic-auth', [CompletionResultType]::ParameterName, 'Ask the endpoint as this user, with HTTP Basic authentication')
            [CompletionResult]::new('--webhook', '--webhook', [CompletionResultType]::ParameterName, 'Send to this webhook of the config file')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'The id of the route on which the event happens')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'The id of the project in which the event happens')
            [CompletionResult]::new('--tamper', '--tamper', [CompletionResultType]::ParameterName, 'Be wrong on purpose; `list` describes the kinds')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the requests instead of sending them')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Divide the waits of --retry, or wait between the events of a story')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a field: PATH=TEXT or PATH:=JSON')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove a field, after all --set')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The endpoint''s URL [default: http://localhost:3000/webhooks/lettermint]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for a whole attempt')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates of this PEM file too')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'Attempts before a delivery is given up')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'How many deliveries')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Start deliveries for so long')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Connections at the same time')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Connections at the same time')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Deliveries a second, such as 200/s or 30/m')
            [CompletionResult]::new('--duplicate', '--duplicate', [CompletionResultType]::ParameterName, 'Let this share of deliveries (0 to 1) repeat the one before, id and bytes')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'Read the secret from a file, `-` for stdin')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The secret itself; other users of this machine can see it in the process list')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Use this time instead of the clock')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Draw ids from this seed: with --now, the same command makes the same bytes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Send every event that has a payload')
            [CompletionResult]::new('--stop-on-failure', '--stop-on-failure', [CompletionResultType]::ParameterName, 'End a story, or a list of events, at the first that is not delivered')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the requests instead of sending them, as http')
            [CompletionResult]::new('--allow-remote', '--allow-remote', [CompletionResultType]::ParameterName, 'Permit an endpoint that is not on this machine')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'Try failed deliveries again on Lettermint''s schedule')
            [CompletionResult]::new('--shuffle', '--shuffle', [CompletionResultType]::ParameterName, 'Send in random order')
            [CompletionResult]::new('--no-store', '--no-store', [CompletionResultType]::ParameterName, 'Record nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;listen' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The port, 0 for any free one')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port, 0 for any free one')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'The address to listen on')
            [CompletionResult]::new('--allow-host', '--allow-host', [CompletionResultType]::ParameterName, 'Answer to this name, too, when a request''s Host carries it; * matches any run of letters')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the URL to this file when ready; it is removed at the end')
            [CompletionResult]::new('--events', '--events', [CompletionResultType]::ParameterName, 'Show only events like this, such as ''message.*bounced''')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Show only deliveries with this in the payload, such as data.recipient=*@example.com')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Show only one kind of delivery')
            [CompletionResult]::new('--forward-to', '--forward-to', [CompletionResultType]::ParameterName, 'Hand deliveries on to this handler and answer as it does')
            [CompletionResult]::new('--forward-timeout', '--forward-timeout', [CompletionResultType]::ParameterName, 'Time for the handler to answer')
            [CompletionResult]::new('--forward-signed-with', '--forward-signed-with', [CompletionResultType]::ParameterName, 'Sign anew for a handler with another secret: env:NAME or file:PATH')
            [CompletionResult]::new('--respond', '--respond', [CompletionResultType]::ParameterName, 'Answer with these statuses in order, then always with the last')
            [CompletionResult]::new('--respond-for', '--respond-for', [CompletionResultType]::ParameterName, 'Answer one event with this status, such as message.inbound=422')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Wait before answering: 2s, or 1s..5s to draw from')
            [CompletionResult]::new('--drop', '--drop', [CompletionResultType]::ParameterName, 'Close this share of connections without an answer, such as 0.1 or 10%')
            [CompletionResult]::new('--reset', '--reset', [CompletionResultType]::ParameterName, 'Reset this share of connections')
            [CompletionResult]::new('--truncate-reply', '--truncate-reply', [CompletionResultType]::ParameterName, 'Cut this share of answers short of their announced length')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Draw what goes wrong from this seed: the same every time')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Expect an event at least once, or COUNT times; globs work')
            [CompletionResult]::new('--expect-where', '--expect-where', [CompletionResultType]::ParameterName, 'Count only deliveries with this in the payload, such as data.recipient=*@example.com')
            [CompletionResult]::new('--forbid', '--forbid', [CompletionResultType]::ParameterName, 'Fail as soon as an event like this comes')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Expect so many deliveries in all, then decide')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Decide after this time at the latest')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Write the verdict as JUnit XML, too')
            [CompletionResult]::new('--max-body', '--max-body', [CompletionResultType]::ParameterName, 'Bytes of a body that are taken at most; more is answered 413')
            [CompletionResult]::new('--max-head', '--max-head', [CompletionResultType]::ParameterName, 'Bytes of a request''s head that are taken at most; more is answered 431')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections at once, as far as the system allows; more have to wait')
            [CompletionResult]::new('--read-timeout', '--read-timeout', [CompletionResultType]::ParameterName, 'Time for a head, and for a body, to come whole; then 408')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'Time that an unused connection is kept')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'Read the secret from a file, `-` for stdin')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The secret itself; other users of this machine can see it in the process list')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--compact', '--compact', [CompletionResultType]::ParameterName, 'One line a delivery, without the payload')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show payloads whole, long texts too')
            [CompletionResult]::new('--allow-remote', '--allow-remote', [CompletionResultType]::ParameterName, 'Permit a handler that is not on this machine')
            [CompletionResult]::new('--reject-invalid', '--reject-invalid', [CompletionResultType]::ParameterName, 'Answer 401 to what does not verify instead of handing it on')
            [CompletionResult]::new('--ordered', '--ordered', [CompletionResultType]::ParameterName, 'Expect the --expect events in their order')
            [CompletionResult]::new('--no-store', '--no-store', [CompletionResultType]::ParameterName, 'Record nothing')
            [CompletionResult]::new('--fsync', '--fsync', [CompletionResultType]::ParameterName, 'Have each delivery on disk before it is answered: survives a loss of power')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;replay' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Deliveries with this id, or its beginning')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Deliveries of this event; * stands for anything')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Deliveries recorded at this time or later')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Deliveries recorded before this time')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'The last so many of those selected otherwise')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The endpoint''s URL [default: http://localhost:3000/webhooks/lettermint]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time for a whole attempt')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates of this PEM file too')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'Read the secret from a file, `-` for stdin')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The secret itself; other users of this machine can see it in the process list')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Use this time instead of the clock')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Draw ids from this seed: with --now, the same command makes the same bytes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'Deliveries that were refused or not answered 2xx')
            [CompletionResult]::new('--verbatim', '--verbatim', [CompletionResultType]::ParameterName, 'Send the captured headers as they were, old signature included')
            [CompletionResult]::new('--allow-remote', '--allow-remote', [CompletionResultType]::ParameterName, 'Permit an endpoint that is not on this machine')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Accept any certificate')
            [CompletionResult]::new('--no-store', '--no-store', [CompletionResultType]::ParameterName, 'Record nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;verify' {
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'Verify these bytes, `-` for stdin')
            [CompletionResult]::new('--signature', '--signature', [CompletionResultType]::ParameterName, 'The X-Lettermint-Signature value for --body')
            [CompletionResult]::new('--delivery', '--delivery', [CompletionResultType]::ParameterName, 'The X-Lettermint-Delivery value for --body')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Judge age as of this time: `received`, or a time [default: received for records]')
            [CompletionResult]::new('--tolerance', '--tolerance', [CompletionResultType]::ParameterName, 'Seconds that a signature may be old or ahead, or `off`')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'Read the secret from a file, `-` for stdin')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The secret itself; other users of this machine can see it in the process list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;sign' {
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The body''s file, `-` for stdin')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'The event for the header [default: the body''s]')
            [CompletionResult]::new('--attempt', '--attempt', [CompletionResultType]::ParameterName, 'The attempt number for the header')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'Read the secret from a file, `-` for stdin')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The secret itself; other users of this machine can see it in the process list')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Use this time instead of the clock')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Draw ids from this seed: with --now, the same command makes the same bytes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'Print every header of the delivery, a line each')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;events' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--fields', '--fields', [CompletionResultType]::ParameterName, 'Show the fields with types, nullability and notes')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;retries' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'When the first attempt was made [default: now]')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'Attempts before the delivery is marked failed')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Use this time instead of the clock')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Draw ids from this seed: with --now, the same command makes the same bytes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;secret' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Print a new random secret')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look for mistakes in the configured secrets without showing them')
            break
        }
        'lettermint-hook;secret;new' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;secret;check' {
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'Read the secret from a file, `-` for stdin')
            [CompletionResult]::new('--secret-env', '--secret-env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'The secret itself; other users of this machine can see it in the process list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;deliveries' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the latest attempts, newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one delivery: all its attempts, its headers and its payload')
            break
        }
        'lettermint-hook;deliveries;list' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Deliveries with this id, or its beginning')
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'Deliveries of this event; * stands for anything')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Deliveries recorded at this time or later')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Deliveries recorded before this time')
            [CompletionResult]::new('--direction', '--direction', [CompletionResultType]::ParameterName, 'Deliveries that went this way')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'Deliveries that were refused or not answered 2xx')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;deliveries;show' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;webhooks' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;demo' {
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'Use this time instead of the clock')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Draw ids from this seed: with --now, the same command makes the same bytes')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'lettermint-hook;man' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this config file [default: lettermint-hook.toml here or in a folder above]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: one value, or one a line')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print failures and results only')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: an error names the option that is missing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}

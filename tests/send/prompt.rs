//! `send` on a terminal: asked, answered, interrupted, and the terminal as it was afterwards.

use crate::support::{Answer, Receiver, Sandbox, Terminal};

#[test]
fn send_without_an_event_asks_on_a_terminal() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let line = format!("send --to {}", receiver.url);
    let mut terminal = Terminal::start(&sandbox, &line);
    terminal.wait_for("Which event?");
    terminal.wait_for("message.sent");
    terminal.send("hard_bou\r");
    let (shown, code) = terminal.finish();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("message.hard_bounced"), "{shown}");
    assert_eq!(receiver.request().event(), "message.hard_bounced");
}

#[test]
fn send_asks_nobody_with_no_input() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::unwanted());
    for (option, variables) in [("--no-input", &[][..]), ("", &[("TERM", "dumb")])] {
        let line = format!("send {option} --to {}", receiver.url);
        let (shown, code) = Terminal::start_with(&sandbox, &line, variables).finish();
        assert_eq!(code, 2, "{shown}");
        assert!(shown.contains("no EVENT to send"), "{shown}");
    }
}

#[test]
fn send_basic_auth_asks_for_the_password_and_does_not_show_it() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let line = format!("send message.sent --basic-auth hooks --to {}", receiver.url);
    let mut terminal = Terminal::start(&sandbox, &line);
    terminal.wait_for("assword");
    terminal.wait_until_hidden();
    terminal.send("sesame\n");
    let (shown, code) = terminal.finish();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("sesame"), "{shown}");
    let authorization = receiver.request();
    let authorization = authorization.header("Authorization");
    assert_eq!(authorization, "Basic aG9va3M6c2VzYW1l");
}

#[test]
fn send_prompt_is_ended_by_ctrl_c_and_escape() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::unwanted());
    let ways: [fn(&mut Terminal); 2] = [Terminal::interrupt, |terminal| terminal.send("\u{1b}")];
    for interrupt in ways {
        let mut terminal = Terminal::start(&sandbox, &format!("send --to {}", receiver.url));
        terminal.wait_for("message.sent");
        interrupt(&mut terminal);
        let (shown, code) = terminal.finish();
        assert_eq!(code, 130, "{shown}");
        assert!(
            shown.contains("\u{1b}[?25h"),
            "the cursor is shown: {shown}"
        );
    }
    let line = format!("send message.sent --basic-auth hooks --to {}", receiver.url);
    let mut terminal = Terminal::start(&sandbox, &line);
    terminal.wait_for("assword");
    terminal.wait_until_hidden();
    terminal.interrupt();
    let (shown, code) = terminal.finish();
    assert_eq!(code, 130, "{shown}");
}

#[test]
fn send_is_ended_by_ctrl_c_after_a_prompt() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::answering([Answer::silence()]);
    let mut terminal = Terminal::start(&sandbox, &format!("send --to {}", receiver.url));
    terminal.wait_for("message.sent");
    terminal.send("\r");
    receiver.request();
    terminal.interrupt();
    let (shown, code) = terminal.finish();
    assert_eq!(code, 130, "{shown}");
}

//! `--pick`: a list on the terminal.

use crate::support::{Receiver, STORE, Sandbox, Terminal, lines, stored_delivery};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let records =
        ["apricot", "broccoli", "cherry"].map(|id| stored_delivery(id, "message.sent", 200));
    sandbox.write(STORE, lines(&records));
    sandbox
}

#[test]
fn replay_pick_marks_with_space_and_goes_on_with_enter() {
    let (sandbox, receiver) = (sandbox(), Receiver::ok());
    let line = format!("replay --pick --to {}", receiver.url);
    let mut terminal = Terminal::start(&sandbox, &line);
    // The newest stands first, with how it ended.
    let before = terminal.wait_for("cherry");
    assert!(before.contains("200  message.sent  "), "{before}");
    terminal.wait_for("broccoli");
    terminal.wait_for("apricot");
    // The first, and by the arrow the third; the second is marked and unmarked.
    for key in [" ", "\u{1b}[B", " ", " ", "\u{1b}[B", " "] {
        terminal.send(key);
        terminal.wait_for("apricot");
    }
    terminal.send("\r");
    let (shown, code) = terminal.finish();
    assert_eq!(code, 0, "{shown}");
    let ids: Vec<_> = (receiver.requests().iter())
        .map(|request| request.id())
        .collect();
    // In the order of the store.
    assert_eq!(ids, ["apricot", "cherry"]);
}

#[test]
fn replay_pick_of_nothing_says_so() {
    let (sandbox, receiver) = (sandbox(), Receiver::unwanted());
    let line = format!("replay --pick --to {}", receiver.url);
    let mut terminal = Terminal::start(&sandbox, &line);
    terminal.wait_for("apricot");
    terminal.send("\r");
    let (shown, code) = terminal.finish();
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("nothing was marked"), "{shown}");
}

#[test]
fn replay_pick_shows_where_it_is_without_colors() {
    let (sandbox, receiver) = (sandbox(), Receiver::unwanted());
    for (option, variables) in [("--color never", &[][..]), ("", &[("NO_COLOR", "1")])] {
        let line = format!("replay --pick {option} --to {}", receiver.url);
        let mut terminal = Terminal::start_with(&sandbox, &line, variables);
        terminal.wait_for("> [ ] 200  message.sent");
        terminal.send("\u{1b}");
        assert_eq!(terminal.finish().1, 130, "{option}");
    }
}

#[test]
fn replay_pick_pages_and_keeps_each_delivery_on_its_line() {
    let sandbox = Sandbox::with_secret();
    let records: Vec<_> = (0..60)
        .map(|n| stored_delivery(&format!("寿司-{n:02}"), "message.hard_bounced", 500))
        .collect();
    sandbox.write(STORE, lines(&records));
    let receiver = Receiver::unwanted();
    let line = format!("replay --pick --to {}", receiver.url);
    let mut terminal = Terminal::start_on(&sandbox, 40, &line);
    let first = terminal.wait_for("500  message.hard_bounced");
    assert!(first.contains("1/3"), "{first}");
    // The right arrow turns the page.
    terminal.send("\u{1b}[C");
    terminal.wait_for("2/3");
    terminal.wait_for("message.hard_bounced");
    terminal.send("\u{1b}");
    let (shown, code) = terminal.finish();
    assert_eq!(code, 130, "{shown}");
}

#[test]
fn replay_pick_is_ended_by_ctrl_c_and_escape() {
    let (sandbox, receiver) = (sandbox(), Receiver::unwanted());
    let line = format!("replay --pick --to {}", receiver.url);
    let ways: [fn(&mut Terminal); 2] = [Terminal::interrupt, |terminal| terminal.send("\u{1b}")];
    for interrupt in ways {
        let mut terminal = Terminal::start(&sandbox, &line);
        terminal.wait_for("cherry");
        interrupt(&mut terminal);
        let (shown, code) = terminal.finish();
        assert_eq!(code, 130, "{shown}");
        assert!(
            shown.contains("\u{1b}[?25h"),
            "the cursor is shown: {shown}"
        );
    }
}

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
fn replay_pick_toggles_many_until_done() {
    let (sandbox, receiver) = (sandbox(), Receiver::ok());
    let line = format!("replay --pick --to {}", receiver.url);
    let mut terminal = Terminal::start(&sandbox, &line);
    terminal.wait_for("done, with 0 chosen");
    for (keys, shown) in [
        ("che\r", "done, with 1 chosen"),
        ("bro\r", "done, with 2 chosen"),
        ("bro\r", "done, with 1 chosen"),
        ("apr\r", "done, with 2 chosen"),
    ] {
        terminal.send(keys);
        terminal.wait_for(shown);
    }
    terminal.send("done\r");
    let (shown, code) = terminal.finish();
    assert_eq!(code, 0, "{shown}");
    let mut ids: Vec<_> = receiver
        .requests()
        .iter()
        .map(|request| request.id())
        .collect();
    ids.sort();
    assert_eq!(ids, ["apricot", "cherry"]);
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

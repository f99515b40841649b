use lettermint_hook::lettermint::catalogue::{self, EVENTS};
use lettermint_hook::lettermint::edit::{Edit, EditError};
use lettermint_hook::lettermint::path::Path;
use serde_json::Value;

fn sample(name: &str) -> Value {
    catalogue::find(name).expect(name).sample().expect(name)
}

fn edited(name: &str, edit: &str) -> Result<Value, EditError> {
    let mut payload = sample(name);
    Edit::parse_set(edit)?.apply(&mut payload)?;
    Ok(payload)
}

#[test]
fn edit_text_json_maps_and_arrays() {
    let payload = edited("message.sent", "data.recipient=a=b@example.com").unwrap();
    assert_eq!(payload["data"]["recipient"], "a=b@example.com");
    let payload = edited("message.sent", "data.tags[0].name=x").unwrap();
    assert_eq!(payload["data"]["tags"][0]["name"], "x");
    let payload = edited("message.sent", "data.tags[1]:={\"name\":\"n\"}").unwrap();
    assert_eq!(payload["data"]["tags"][1]["name"], "n");
    let payload = edited("message.sent", "data.metadata[\"a.b\"]=c").unwrap();
    assert_eq!(payload["data"]["metadata"]["a.b"], "c");
    let payload = edited("message.sent", "sandbox:=true").unwrap();
    assert_eq!(payload["sandbox"], true);
    // Documented, but in no sample.
    let payload = edited("message.sent", "data.headers[0].name=X").unwrap();
    assert_eq!(payload["data"]["headers"][0]["name"], "X");
}

#[test]
fn edit_an_empty_php_map_becomes_an_object() {
    let mut payload = sample("message.sent");
    for edit in ["data.metadata:=[]", "data.metadata.k=v"] {
        Edit::parse_set(edit).unwrap().apply(&mut payload).unwrap();
    }
    assert_eq!(payload["data"]["metadata"], serde_json::json!({"k": "v"}));
}

#[test]
fn edit_typos_are_refused_with_the_nearest() {
    let error = edited("message.sent", "data.recipent=x").unwrap_err();
    assert_eq!(error.hint().unwrap(), "did you mean `data.recipient`?");
    let error = edited("message.sent", "data.tags[5].name=x").unwrap_err();
    assert_eq!(error.hint().unwrap(), "index 1 appends an element");
    for bad in [
        "data..x=1",
        "=1",
        "novalue",
        "data.tags[x]=1",
        "sandbox:=yes",
    ] {
        assert!(edited("message.sent", bad).is_err(), "{bad}");
    }
}

#[test]
fn edit_unset_removes_and_keeps_the_order_of_the_rest() {
    let mut payload = sample("message.sent");
    Edit::parse_unset("sandbox")
        .unwrap()
        .apply(&mut payload)
        .unwrap();
    let keys: Vec<_> = payload.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "event",
            "timestamp",
            "sandbox_result",
            "data",
            "context"
        ]
    );
    let edit = Edit::parse_unset("data.nope").unwrap();
    assert!(edit.apply(&mut payload).is_err());
}

#[test]
fn edit_every_field_of_every_event_can_be_set() {
    for event in EVENTS {
        let Some(sample) = event.sample() else {
            continue;
        };
        for field in event.fields() {
            let path = field.path.replace("[]", "[0]");
            let mut payload = sample.clone();
            Edit::parse_set(&format!("{path}=x"))
                .unwrap()
                .apply(&mut payload)
                .unwrap();
            assert_eq!(
                Path::parse(&path).unwrap().get(&payload).unwrap(),
                "x",
                "{path}"
            );
        }
    }
}

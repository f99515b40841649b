//! JUnit XML as Jenkins (xunit-plugin, `junit-10.xsd`) and readers of mocha's reports take it.

use serde_json::Value;

use super::tool::run_tool;

/// What those schemas allow and require, judged by an XML parser that is not ours.
const CHECK: &str = r#"
import json, re, sys, xml.etree.ElementTree as ET
allowed = {
    'testsuites': ({'name', 'time', 'tests', 'failures', 'errors'}, set(), {'testsuite'}),
    'testsuite': ({'name', 'time', 'tests', 'failures', 'errors', 'skipped'},
                  {'name', 'time', 'tests', 'failures', 'errors'}, {'testcase'}),
    'testcase': ({'name', 'classname', 'time'}, {'name', 'classname', 'time'}, {'failure', 'error'}),
    'failure': ({'type', 'message'}, {'type', 'message'}, set()),
    'error': ({'type', 'message'}, {'type', 'message'}, set()),
}
def check(element):
    may, must, children = allowed[element.tag]
    names = set(element.attrib)
    assert must <= names <= may, (element.tag, names)
    if 'time' in names:
        assert re.fullmatch(r'\d+\.\d{3}', element.get('time')), element.get('time')
    if element.tag.startswith('testsuite'):
        for name, tag in [('tests', 'testcase'), ('failures', 'failure'), ('errors', 'error')]:
            count = sum(1 for _ in element.iter(tag))
            assert int(element.get(name)) == count, (name, element.get(name), count)
    for child in element:
        assert child.tag in children, (element.tag, child.tag)
        check(child)
root = ET.fromstring(sys.stdin.buffer.read())
assert root.tag == 'testsuites'
check(root)
cases = [{
    'suite': case.get('classname'), 'name': case.get('name'),
    'result': case[0].tag if len(case) else 'passed',
    'type': case[0].get('type') if len(case) else None,
    'message': case[0].get('message') if len(case) else None,
    'detail': case[0].text if len(case) else None,
} for case in root.iter('testcase')]
json.dump(cases, sys.stdout)
"#;

/// The cases of a valid document.
#[track_caller]
pub(crate) fn junit_cases(xml: &[u8]) -> Vec<Value> {
    serde_json::from_slice(&run_tool("python3", &["-c", CHECK], xml)).unwrap()
}

/// The document with every time as 0: they differ from run to run.
pub(crate) fn without_times(xml: &str) -> String {
    let mut parts = xml.split(" time=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (_, rest) = part.split_once('"').unwrap();
        text + " time=\"0.000\"" + rest
    })
}

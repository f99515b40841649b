use std::time::Duration;

use lettermint_hook::lettermint::retry_schedule::{delay_before, schedule};

#[test]
fn retry_schedule_thirteen_attempts_over_24_hours_and_13_minutes() {
    let rows: Vec<_> = schedule(u32::MAX).collect();
    assert_eq!(rows.len(), 13);
    assert_eq!(rows[0].elapsed, Duration::ZERO);
    assert_eq!(rows[12].elapsed, Duration::from_secs(1_453 * 60));
    assert_eq!(rows[11].elapsed, Duration::from_secs(853 * 60));
    assert_eq!(delay_before(0), None);
    assert_eq!(delay_before(14), None);
}

use lettermint_hook::lettermint::Random;

#[test]
fn random_matches_the_reference_and_stays_in_range() {
    // First outputs for seed 1234567 of the authors' public C code.
    let mut random = Random::seeded(1_234_567);
    assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
    assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    for _ in 0..1_000 {
        assert!((0.0..1.0).contains(&random.unit()));
        assert!(random.below(7) < 7);
    }
}

#![no_main]

use lagebild_hotspot::satscan::{read_counts, read_places, read_population};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for timed in [true, false] {
        for count in read_counts(text, timed).unwrap_or_default() {
            if let Some(time) = count.time {
                let _ = (time.days(), time.months(), time.step());
            }
        }
    }
    for row in read_population(text).unwrap_or_default() {
        let _ = row.time.population_days();
    }
    let _ = read_places(text);
});

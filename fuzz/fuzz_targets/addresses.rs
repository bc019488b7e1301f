//! Any bytes as a file of addresses, and as an address: reading ends, every row is counted once, and what is found is on earth.
#![no_main]

use std::io::Cursor;
use std::sync::LazyLock;

use lagebild_ingest::{AddressBook, AddressSettings, Gazetteer};

static TOWN: LazyLock<Gazetteer> = LazyLock::new(|| {
    let file = "street,number,postcode,town,district,street_id,latitude,longitude\n\
                Bahnhofstraße,5a,59065,Hamm,Mitte,1,51.678,7.808\nGrüner Weg,1,59065,Hamm,Mitte,2,51.6781,7.8081\n";
    Gazetteer::new(AddressBook::read(Box::new(file.as_bytes())).unwrap())
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = TOWN.find(text);
    }
    let mut book = AddressBook::default();
    if let Ok(read) = book.add("fuzz", Box::new(Cursor::new(bytes.to_vec())), &AddressSettings::default()) {
        assert_eq!(
            read.read,
            read.houses + read.without_number + read.elsewhere + read.refused.values().sum::<u64>()
        );
    }
});

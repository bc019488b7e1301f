//! A feed's server that misbehaves by a script.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A server that gives one answer after the other and keeps what it was asked.
#[derive(Debug)]
pub struct Scripted {
    /// Its address.
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// The last answer is given again and again.
    pub fn new(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { continue };
                let mut request = String::new();
                let mut lines = BufReader::new(&stream);
                while lines.read_line(&mut request).is_ok_and(|bytes| bytes > 2) {}
                heard.lock().expect("one at a time").push(request);
                let answer = &answers[number.min(answers.len() - 1)];
                // The client may be gone.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { address, asked }
    }

    /// The heads of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("one at a time").clone()
    }
}

/// An HTTP answer that says it has so many bytes.
pub fn answer(status: &str, headers: &str, length: usize, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// A good one.
pub fn ok(headers: &str, body: &str) -> String {
    answer("200 OK", headers, body.len(), body)
}

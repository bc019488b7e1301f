//! Programs of receivers: one that takes webhooks, and a mail server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A request that a receiver got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
    /// The status that it was answered with.
    pub answered: u16,
    /// When it had come whole.
    pub at: Instant,
}

impl Hook {
    /// A header's value; empty without it.
    pub fn header(&self, name: &str) -> &str {
        let known = self.headers.iter().find(|(known, _)| known == name);
        known.map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// Takes webhooks on a port of its own, and answers as it was told.
#[derive(Debug)]
pub struct HookReceiver {
    port: u16,
    hooks: Arc<Mutex<Vec<Hook>>>,
}

impl HookReceiver {
    /// Answers each request with the status that `answer` gives for its number, counted from 0; 0 never answers.
    pub fn start(answer: impl Fn(usize) -> u16 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let hooks = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&hooks);
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                // A connection that breaks off is one of the sender's ends.
                held.extend(serve_hook(stream, &kept, answer.as_ref()));
            }
        });
        Self { port, hooks }
    }

    /// Takes what comes and answers a byte a second, never to the end within a sender's patience.
    pub fn dripping() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let hooks = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&hooks);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || {
                    let mut stream = serve_hook(stream, &kept, &|_| 0)?;
                    for byte in b"HTTP/1.1 204 x\r\nx-long: "
                        .iter()
                        .chain(std::iter::repeat(&b'x'))
                    {
                        stream.write_all(&[*byte]).ok()?;
                        std::thread::sleep(Duration::from_secs(1));
                    }
                    Some(())
                });
            }
        });
        Self { port, hooks }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.port)
    }

    /// What has come so far.
    pub fn hooks(&self) -> Vec<Hook> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reads one request and answers it; gives the connection back where it is to be left hanging.
fn serve_hook(
    stream: TcpStream,
    hooks: &Mutex<Vec<Hook>>,
    answer: &dyn Fn(usize) -> u16,
) -> Option<TcpStream> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            // The sender broke off, or was killed: this is no request.
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        let name = name.to_lowercase();
        if name == "content-length" {
            length = value.parse().ok()?;
        }
        headers.push((name, value.to_owned()));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let status = {
        let mut hooks = hooks.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = answer(hooks.len());
        hooks.push(Hook {
            headers,
            body,
            answered,
            at: Instant::now(),
        });
        answered
    };
    if status == 0 {
        return Some(stream);
    }
    let mut stream = stream;
    let text = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).ok();
    None
}

/// A mail server (RFC 5321, what a sender needs of it) that keeps what it gets.
#[derive(Debug)]
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// A server on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve_mail(&stream, &kept));
            }
        });
        Self { port, mails }
    }

    /// Mails as they came, the envelope's receivers in a line before each.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve_mail(stream: &TcpStream, mails: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream.try_clone().ok()?;
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 test ESMTP")?;
    let mut receivers = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let command = line.trim_end().to_owned();
        let word: String = command.chars().take(4).collect::<String>().to_uppercase();
        match word.as_str() {
            "EHLO" | "HELO" => {
                say("250-test")?;
                say("250 8BITMIME")?;
            }
            "RCPT" => {
                receivers.push_str(&command);
                receivers.push('\n');
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut mail = std::mem::take(&mut receivers);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).ok()?;
                    if line == ".\r\n" {
                        break;
                    }
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                say("250 ok")?;
            }
            "QUIT" => {
                say("221 bye")?;
                return Some(());
            }
            _ => say("250 ok")?,
        }
    }
}

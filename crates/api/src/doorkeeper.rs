//! Slows down whoever guesses passwords, and nobody else.
//!
//! A wrong password costs its giver, not the account: after [`FREE_TRIES`] wrong ones in a row from one address for one account
//! that pair waits, each time twice as long. So nobody can lock somebody else out. Guessing spread over many accounts or many
//! addresses meets two more limits: tries from one address, and tries for one account from addresses where it was never
//! signed in. What is refused costs no hashing, and hashing has few places at a time, so that the picture's answers keep their
//! cores.
//!
//! All of it is in memory, of one node: a restart forgets it, and an attacker who asks every node has as many tries more.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use lagebild_domain::AccountName;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Wrong passwords in a row that cost no waiting.
const FREE_TRIES: u32 = 5;
/// The longest wait.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// A pair whose last wrong password is so long ago begins anew.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);
/// Tries at once from one address, which may stand for a whole office, and as many a minute.
const TRIES_OF_ADDRESS: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
/// Tries at once for one account from addresses where it was never signed in, and as many an hour.
const TRIES_OF_STRANGERS: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
/// Passwords that are hashed at a time.
const HASHED_AT_A_TIME: usize = 2;
/// Pairs after which those that are forgotten are cleared away.
const CLEARED_ABOVE: usize = 1_000;

/// Whom a try is from: an address, of IPv6 the network that one customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Origin(IpAddr);

impl Origin {
    pub(crate) fn new(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Guards the sign-in by password. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Doorkeeper(Arc<Door>);

#[derive(Debug)]
struct Door {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_strangers: DefaultKeyedRateLimiter<AccountName>,
    pairs: Mutex<HashMap<(AccountName, IpAddr), Pair>>,
    hashing: Semaphore,
}

/// What is known of an account at an address.
#[derive(Debug, Clone, Copy)]
struct Pair {
    wrong: u32,
    last: Instant,
    /// Whether it was ever signed in from there.
    is_known: bool,
}

/// Come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Default for Doorkeeper {
    fn default() -> Self {
        Self(Arc::new(Door {
            by_address: RateLimiter::keyed(Quota::per_minute(TRIES_OF_ADDRESS)),
            by_strangers: RateLimiter::keyed(Quota::per_hour(TRIES_OF_STRANGERS)),
            pairs: Mutex::default(),
            hashing: Semaphore::new(HASHED_AT_A_TIME),
        }))
    }
}

/// How long a pair waits after so many wrong passwords in a row: nothing, then a second, then twice as long each time.
fn pause_after(wrong: u32) -> Duration {
    match wrong.checked_sub(FREE_TRIES) {
        None => Duration::ZERO,
        Some(beyond) => Duration::from_secs(1 << beyond.min(20)).min(LONGEST_PAUSE),
    }
}

fn wait(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Wait {
    Wait(until.wait_time_from(DefaultClock::default().now()))
}

impl Doorkeeper {
    fn pairs(&self) -> MutexGuard<'_, HashMap<(AccountName, IpAddr), Pair>> {
        self.0.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a try may be made now. Then it counts as a wrong one until it is shown to be right: many at the same moment are
    /// many.
    pub(crate) fn admit(&self, name: &AccountName, origin: Origin, now: Instant) -> Result<(), Wait> {
        let key = (name.clone(), origin.0);
        let known = {
            let mut pairs = self.pairs();
            let is_forgotten = |pair: &Pair| now.saturating_duration_since(pair.last) > FORGOTTEN_AFTER;
            if pairs.len() >= CLEARED_ABOVE {
                pairs.retain(|_, pair| pair.is_known || !is_forgotten(pair));
            }
            match pairs.get_mut(&key) {
                Some(pair) => {
                    if is_forgotten(pair) {
                        pair.wrong = 0;
                    }
                    let pause = pause_after(pair.wrong);
                    let since = now.saturating_duration_since(pair.last);
                    if let Some(left) = pause.checked_sub(since).filter(|left| !left.is_zero()) {
                        return Err(Wait(left));
                    }
                    (pair.wrong, pair.last) = (pair.wrong.saturating_add(1), now);
                    pair.is_known
                }
                None => false,
            }
        };
        self.admit_address(origin)?;
        if !known {
            self.0
                .by_strangers
                .check_key(name)
                .map_err(|until| wait(&until))?;
            self.pairs().entry(key).or_insert(Pair {
                wrong: 1,
                last: now,
                is_known: false,
            });
        }
        Ok(())
    }

    /// Whether an address may try anything now; then it counts, for its limit.
    pub(crate) fn admit_address(&self, origin: Origin) -> Result<(), Wait> {
        if self.0.by_address.len() >= CLEARED_ABOVE {
            self.0.by_address.retain_recent();
            self.0.by_strangers.retain_recent();
        }
        self.0
            .by_address
            .check_key(&origin.0)
            .map_err(|until| wait(&until))
    }

    /// A place for one hash; waits until there is one.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.0.hashing.acquire().await.ok()
    }

    /// Notes that the sign-in was right.
    pub(crate) fn right(&self, name: &AccountName, origin: Origin, now: Instant) {
        let pair = Pair {
            wrong: 0,
            last: now,
            is_known: true,
        };
        self.pairs().insert((name.clone(), origin.0), pair);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> AccountName {
        AccountName::new(text).unwrap()
    }

    fn origin(text: &str) -> Origin {
        Origin::new(text.parse().unwrap())
    }

    /// Wrong passwords until the door is shut; gives how many were let through and the wait then.
    fn guess(door: &Doorkeeper, account: &AccountName, from: Origin, now: Instant) -> (u32, Wait) {
        for tries in 0.. {
            if let Err(wait) = door.admit(account, from, now) {
                return (tries, wait);
            }
        }
        unreachable!("a door that never shuts")
    }

    #[test]
    fn a_pair_waits_twice_as_long_each_time_and_no_longer_than_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = (3..18).map(|wrong| pause_after(wrong).as_secs()).collect();
        assert_eq!(
            seconds,
            [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
        );
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn whoever_guesses_waits_and_the_owner_at_another_address_does_not() {
        let door = Doorkeeper::default();
        let (anna, now) = (name("anna"), Instant::now());
        let (tries, wait) = guess(&door, &anna, origin("192.0.2.7"), now);
        assert_eq!((tries, wait), (FREE_TRIES, Wait(Duration::from_secs(1))));
        assert_eq!(door.admit(&anna, origin("192.0.2.8"), now), Ok(()));
        assert_eq!(door.admit(&name("berta"), origin("192.0.2.7"), now), Ok(()));
        let second_later = now + Duration::from_secs(1);
        assert_eq!(door.admit(&anna, origin("192.0.2.7"), second_later), Ok(()));
        door.right(&anna, origin("192.0.2.7"), second_later);
        assert_eq!(door.admit(&anna, origin("192.0.2.7"), second_later), Ok(()));
    }

    #[test]
    fn one_address_that_tries_many_accounts_is_stopped() {
        let door = Doorkeeper::default();
        let now = Instant::now();
        let tried = (0..500)
            .take_while(|number| {
                let account = name(&format!("a{number}"));
                door.admit(&account, origin("192.0.2.7"), now).is_ok()
            })
            .count();
        assert!((60..=62).contains(&tried), "{tried}");
        assert_eq!(door.admit(&name("anna"), origin("192.0.2.8"), now), Ok(()));
    }

    #[test]
    fn many_addresses_that_try_one_account_are_stopped_and_its_owner_is_not() {
        let door = Doorkeeper::default();
        let (anna, now) = (name("anna"), Instant::now());
        let at_home = origin("198.51.100.4");
        door.right(&anna, at_home, now);
        let tried = (0..200)
            .take_while(|number| {
                door.admit(&anna, origin(&format!("192.0.2.{number}")), now)
                    .is_ok()
            })
            .count();
        assert!((30..=31).contains(&tried), "{tried}");
        assert_eq!(door.admit(&anna, at_home, now), Ok(()));
    }

    #[test]
    fn an_ipv6_customer_is_one_and_a_mapped_address_is_its_own() {
        assert_eq!(origin("2001:db8:1:2::3"), origin("2001:db8:1:2:ffff::1"));
        assert_ne!(origin("2001:db8:1:2::3"), origin("2001:db8:1:3::3"));
        assert_eq!(origin("::ffff:192.0.2.7"), origin("192.0.2.7"));
    }
}

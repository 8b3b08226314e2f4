//! The worker: everything that takes time or touches files, away from the drawing thread.
//!
//! Owns one thread for analyses, one for searches, one for copying and one for each file being read. It must not know
//! what is on screen. It answers with messages; the newest request wins, and older ones that were not
//! begun are dropped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::Event;
use crate::engine::correct::{self, CopyItem, When};
use crate::engine::scheme::{Now, Scheme};
use crate::sources;
use crate::tui::clipboard::{Ladder, Rung};
use crate::tui::msg::{Copied, CopyRequest, Msg};
use crate::tui::search::Search;
use crate::workbench::{Work, Workbench};

/// Progress is told this often.
const PROGRESS: Duration = Duration::from_millis(50);

/// So long the end of the program waits for the clipboard to be handed over.
const HAND_OVER: Duration = Duration::from_secs(2);

/// What time it is, and what moment the person stated.
#[derive(Copy, Clone)]
pub(super) struct Clock {
    /// The time of day.
    pub(super) now: fn() -> DateTime<Utc>,
    /// The moment to judge by (`--now`).
    pub(super) stated: Option<DateTime<Utc>>,
}

impl Clock {
    fn judge_by(self) -> Now {
        Now {
            at: self.stated.unwrap_or_else(self.now),
            stated: self.stated.is_some(),
        }
    }
}

/// Hands work to the threads.
pub(super) struct Worker {
    send: Sender<Event>,
    analyses: Sender<(u64, Box<Workbench>)>,
    copies: Sender<Copying>,
    searches: Sender<(u64, Search)>,
    /// The number of the search last asked for: older ones stop.
    newest_search: Arc<AtomicU64>,
    /// Counts requests for a body: only the newest one's answers are passed on.
    bodies: Arc<AtomicU64>,
}

/// What the copying thread is asked.
enum Copying {
    Copy(CopyRequest, Arc<Work>),
    /// The program ends: see to it that the clipboard outlives it. Answers with a remark for the person.
    HandOver(Sender<Option<String>>),
}

impl Worker {
    /// Starts the threads. `schemes` are those that copies are made with.
    pub(super) fn start(
        send: Sender<Event>,
        schemes: &'static [&'static dyn Scheme],
        ladder: Ladder,
        clock: Clock,
    ) -> Self {
        let (analyses, asked) = mpsc::channel();
        spawn("analysis", &send, move |send| analyse(&asked, send, clock));
        let (copies, asked) = mpsc::channel();
        spawn("copying", &send, move |send| {
            copy(&asked, send, schemes, ladder, clock);
        });
        let (searches, asked) = mpsc::channel();
        let newest_search = Arc::new(AtomicU64::new(0));
        let newest = Arc::clone(&newest_search);
        spawn("search", &send, move |send| search(&asked, send, &newest));
        Self {
            send,
            analyses,
            searches,
            newest_search,
            copies,
            bodies: Arc::default(),
        }
    }

    /// Analyses a workbench, unless a newer one is asked for before this one's turn.
    pub(super) fn analyse(&self, generation: u64, bench: Box<Workbench>) {
        let _ = self.analyses.send((generation, bench));
    }

    /// Looks for a text. An earlier search that is still on its way stops.
    pub(super) fn search(&self, number: u64, search: Search) {
        self.newest_search.store(number, Ordering::SeqCst);
        let _ = self.searches.send((number, search));
    }

    /// Copies.
    pub(super) fn copy(&self, request: CopyRequest, work: Arc<Work>) {
        let _ = self.copies.send(Copying::Copy(request, work));
    }

    /// Streams past a body. An earlier one that is still on its way is forgotten.
    pub(super) fn read_body(&self, path: PathBuf) {
        let number = self.bodies.fetch_add(1, Ordering::SeqCst) + 1;
        let newest = Arc::clone(&self.bodies);
        spawn("body", &self.send, move |send| {
            let wanted = || newest.load(Ordering::SeqCst) == number;
            let mut told = Instant::now();
            let result = sources::body(&path, &mut |done, total| {
                if wanted() && told.elapsed() >= PROGRESS {
                    told = Instant::now();
                    let _ = send.send(Event::Msg(Msg::BodyProgress(done, total)));
                }
            });
            if wanted() {
                let _ = send.send(Event::Msg(Msg::BodyRead(result)));
            }
        });
    }

    /// Reads a file.
    pub(super) fn open(&self, path: PathBuf) {
        spawn("file", &self.send, move |send| {
            let name = path.to_string_lossy().into_owned();
            let result = sources::file(&path).map(|bytes| (name, bytes));
            let _ = send.send(Event::Msg(Msg::Opened(result)));
        });
    }

    /// Ends copying: what was copied must outlive the program, or the remark says that it does not.
    pub(super) fn hand_over(&self) -> Option<String> {
        let (answer, answered) = mpsc::channel();
        self.copies.send(Copying::HandOver(answer)).ok()?;
        answered.recv_timeout(HAND_OVER).ok().flatten()
    }
}

/// Runs `job` on a thread of its own. Should it panic, the drawing thread is told.
fn spawn(name: &str, send: &Sender<Event>, job: impl FnOnce(&Sender<Event>) + Send + 'static) {
    let inside = send.clone();
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(move || {
        if catch_unwind(AssertUnwindSafe(|| job(&inside))).is_err() {
            let _ = inside.send(Event::Broken);
        }
    });
    if let Err(error) = spawned {
        let _ = send.send(Event::InputFailed(error));
    }
}

fn analyse(asked: &Receiver<(u64, Box<Workbench>)>, send: &Sender<Event>, clock: Clock) {
    while let Ok(mut newest) = asked.recv() {
        while let Ok(newer) = asked.try_recv() {
            newest = newer;
        }
        let (generation, bench) = newest;
        let work = Arc::new(bench.work(clock.judge_by()));
        if send
            .send(Event::Msg(Msg::Worked(generation, work)))
            .is_err()
        {
            return;
        }
    }
}

fn search(asked: &Receiver<(u64, Search)>, send: &Sender<Event>, newest: &AtomicU64) {
    while let Ok((number, search)) = asked.recv() {
        let wanted = || newest.load(Ordering::SeqCst) == number;
        if !wanted() {
            continue;
        }
        let mut told = Instant::now();
        let found = search.run(&mut |done, all| {
            if wanted() && told.elapsed() >= PROGRESS {
                told = Instant::now();
                let _ = send.send(Event::Msg(Msg::SearchProgress(number, done, all)));
            }
            wanted()
        });
        if wanted() && send.send(Event::Msg(Msg::Searched(number, found))).is_err() {
            return;
        }
    }
}

/// The headers that an Authorization header was signed with, and that must be sent beside it: the date
/// with its value, which is nowhere else to be had, the others by name.
fn needed_beside(work: &Work, schemes: &[&dyn Scheme], when: When) -> String {
    let Some(correction) = work.correction(schemes, when) else {
        return String::new();
    };
    let mut headers = correction.headers.iter();
    let date = headers.find(|(_, value)| value == correction.date.as_bytes());
    let mut names = correction.beside.clone();
    for name in &mut names {
        if date.is_some_and(|(own, _)| own == name) {
            *name = format!("{name}: {}", correction.date);
        }
    }
    if names.is_empty() {
        return String::new();
    }
    format!("; needs {} too", correct::listed(&names))
}

fn copy(
    asked: &Receiver<Copying>,
    send: &Sender<Event>,
    schemes: &[&dyn Scheme],
    mut ladder: Ladder,
    clock: Clock,
) {
    while let Ok(copying) = asked.recv() {
        let (request, work) = match copying {
            Copying::Copy(request, work) => (request, work),
            Copying::HandOver(answer) => {
                let _ = answer.send(ladder.hand_over());
                continue;
            }
        };
        let mut needs = String::new();
        let text = match request {
            CopyRequest::Text { text, .. } => Ok(text),
            CopyRequest::Item { item, fresh } => {
                let when = if fresh {
                    When::Fresh((clock.now)())
                } else {
                    When::Same
                };
                if item == CopyItem::Authorization {
                    needs = needed_beside(&work, schemes, when);
                }
                work.copy(schemes, item, when)
            }
        };
        let event = match text {
            Err(reason) => Event::Msg(Msg::Copied(Err(reason))),
            Ok(text) => match ladder.copy(&text) {
                Rung::Done(how) => Event::Msg(Msg::Copied(Ok(Copied::Onto(how + &needs)))),
                Rung::Terminal { sequence, how } => Event::Terminal {
                    sequence,
                    how: how + &needs,
                },
                Rung::Nowhere(reason) => Event::Msg(Msg::NotCopied { reason, text }),
            },
        };
        if send.send(event).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::secret::{Keyring, Material, NamedSecret};
    use crate::samples;
    use crate::tui::options::ClipboardMode;
    use crate::workbench::Fixed;

    #[test]
    fn an_authorization_header_copied_alone_names_all_that_it_needs() {
        let mut ring = Keyring::new();
        ring.push(NamedSecret {
            name: "a file".into(),
            key_id: None,
            material: Material::Secret(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_vec().into()),
            session_token: None,
        });
        let mut bench = Workbench::new(Arc::new(Fixed(ring)));
        bench.inputs = vec![samples::find("host-changed").unwrap().input()];
        let clock = Clock {
            now: || DateTime::from_timestamp(1_773_220_800, 0).unwrap(),
            stated: None,
        };
        let work = Arc::new(bench.work(clock.judge_by()));
        let (send, events) = mpsc::channel();
        let ladder = Ladder::new(ClipboardMode::Osc52);
        let worker = Worker::start(send, bench.schemes, ladder, clock);
        let told = |item, fresh| {
            worker.copy(CopyRequest::Item { item, fresh }, Arc::clone(&work));
            match events.recv().unwrap() {
                Event::Terminal { how, .. } => how,
                _ => panic!("not sent to the terminal"),
            }
        };
        let how = told(CopyItem::Authorization, true);
        assert!(
            how.ends_with("; needs X-Amz-Date: 20260311T092000Z and X-Amz-Content-Sha256 too"),
            "{how}"
        );
        let how = told(CopyItem::Authorization, false);
        assert!(
            how.ends_with("; needs X-Amz-Date: 20260311T091544Z and X-Amz-Content-Sha256 too"),
            "{how}"
        );
        let how = told(CopyItem::Headers, true);
        assert!(!how.contains("needs"), "{how}");
    }
}

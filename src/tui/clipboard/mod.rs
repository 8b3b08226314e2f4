//! The clipboard: by which way a text is copied, and what can be promised of it.
//!
//! Owns the ladder of ways (the system's clipboard, the terminal's through OSC 52, nothing) and the
//! words that tell which was taken. It must not know what is copied, nor touch the terminal: the
//! drawing thread writes the sequence it is handed.

mod osc52;
mod serve;
mod system;

pub use serve::{SERVE, serve};

use super::options::ClipboardMode;
use osc52::Multiplexer;

/// A clipboard of the system. Behind a trait, for tests have none.
pub(crate) trait Board: Send {
    /// Puts a text on it.
    fn set(&mut self, text: &str) -> Result<(), String>;

    /// What is on it.
    fn get(&mut self) -> Result<String, String>;

    /// Whether what it holds is lost when the program ends.
    fn dies_with_us(&self) -> bool;

    /// Leaves a text to a process that serves it until something else is copied.
    fn leave_behind(&self, text: &str) -> Result<(), String>;
}

/// Opens the system's clipboard, or says why there is none.
pub(crate) type Open = Box<dyn Fn() -> Result<Box<dyn Board>, String> + Send>;

/// What the environment says about the ways there are.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) struct Surroundings {
    /// The terminal is on another machine: a clipboard here is not the person's.
    remote: bool,
    /// There is a desktop to hold a clipboard.
    desktop: bool,
    /// What stands between here and the terminal.
    multiplexer: Multiplexer,
}

impl Surroundings {
    /// Reads the environment.
    pub(crate) fn from_environment() -> Self {
        Self::from(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
    }

    fn from(is_set: impl Fn(&str) -> bool) -> Self {
        Self {
            remote: is_set("SSH_TTY") || is_set("SSH_CONNECTION"),
            desktop: cfg!(any(windows, target_os = "macos"))
                || is_set("DISPLAY")
                || is_set("WAYLAND_DISPLAY"),
            multiplexer: if is_set("TMUX") {
                Multiplexer::Tmux
            } else if is_set("STY") {
                Multiplexer::Screen
            } else {
                Multiplexer::None
            },
        }
    }
}

/// What came of copying.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Rung {
    /// It is on the clipboard; on which, and how much.
    Done(String),
    /// The drawing thread must write this to the terminal; to what, and how much.
    Terminal {
        /// The bytes to write.
        sequence: Vec<u8>,
        /// For the person.
        how: String,
    },
    /// There is no way; why.
    Nowhere(String),
}

/// The ways to copy, tried in turn.
pub(crate) struct Ladder {
    mode: ClipboardMode,
    surroundings: Surroundings,
    open: Open,
    /// Opened at the first copy and kept: on X11 and Wayland the program that copied serves the text.
    board: Option<Box<dyn Board>>,
    /// What was last put on the system's clipboard.
    ours: Option<String>,
}

impl Ladder {
    /// The ladder of this program.
    pub(crate) fn new(mode: ClipboardMode) -> Self {
        Self::with(
            mode,
            Surroundings::from_environment(),
            Box::new(system::open),
        )
    }

    fn with(mode: ClipboardMode, surroundings: Surroundings, open: Open) -> Self {
        Self {
            mode,
            surroundings,
            open,
            board: None,
            ours: None,
        }
    }

    /// Copies `text` by the first way that works.
    pub(crate) fn copy(&mut self, text: &[u8]) -> Rung {
        match self.mode {
            ClipboardMode::Off => Rung::Nowhere("copying is switched off (--clipboard off)".into()),
            ClipboardMode::System => match self.set_system(text) {
                Ok(()) => Rung::Done(told("to the system's clipboard", text)),
                Err(reason) => Rung::Nowhere(reason),
            },
            ClipboardMode::Osc52 => self.via_terminal(text, None),
            ClipboardMode::Auto if self.surroundings.remote || !self.surroundings.desktop => {
                self.via_terminal(text, None)
            }
            ClipboardMode::Auto => match self.set_system(text) {
                Ok(()) => Rung::Done(told("to the system's clipboard", text)),
                Err(reason) => self.via_terminal(text, Some(&reason)),
            },
        }
    }

    fn set_system(&mut self, text: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(text)
            .map_err(|_| "the system's clipboard takes no text that is not UTF-8".to_owned())?;
        let board = match &mut self.board {
            Some(board) => board,
            empty => empty.insert((self.open)()?),
        };
        self.ours = None;
        board.set(text).inspect_err(|_| self.board = None)?;
        self.ours = Some(text.to_owned());
        Ok(())
    }

    fn via_terminal(&self, text: &[u8], why_not_system: Option<&str>) -> Rung {
        let multiplexer = self.surroundings.multiplexer;
        match osc52::sequence(text, multiplexer) {
            Ok(sequence) => Rung::Terminal {
                sequence,
                how: told(multiplexer.route(), text),
            },
            Err(too_long) => Rung::Nowhere(match why_not_system {
                Some(reason) => format!("{reason}, and {too_long}"),
                None => too_long,
            }),
        }
    }

    /// The program ends: a text of ours that would go with it is left to a process that serves it until
    /// something else is copied. Where that fails, says so.
    pub(crate) fn hand_over(&mut self) -> Option<String> {
        let text = self.ours.take()?;
        let mut board = self.board.take()?;
        // Somebody may have copied something else since: that must not be undone.
        if !board.dies_with_us() || board.get().as_deref() != Ok(&text) {
            return None;
        }
        let reason = board.leave_behind(&text).err()?;
        Some(format!(
            "sigscope: what was copied left the clipboard when the app ended ({reason})"
        ))
    }
}

/// By which way, and how much.
fn told(route: &str, text: &[u8]) -> String {
    let lines = memchr::memchr_iter(b'\n', text).count()
        + usize::from(!text.is_empty() && !text.ends_with(b"\n"));
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    format!(
        "{route}: {lines} line{}, {} byte{}",
        plural(lines),
        text.len(),
        plural(text.len())
    )
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    const DESKTOP: Surroundings = Surroundings {
        remote: false,
        desktop: true,
        multiplexer: Multiplexer::None,
    };

    /// What was left to a process that serves it.
    type Left = Arc<Mutex<Vec<String>>>;

    /// A clipboard that remembers, in place of the system's.
    #[derive(Clone, Default)]
    struct Memory {
        text: String,
        dies: bool,
        refusal: Option<&'static str>,
        /// Takes no more texts than this, where there is a limit.
        takes: Option<usize>,
        left: Left,
    }

    impl Board for Memory {
        fn set(&mut self, text: &str) -> Result<(), String> {
            if let Some(takes) = &mut self.takes {
                *takes = takes.checked_sub(1).ok_or("it is broken")?;
            }
            text.clone_into(&mut self.text);
            Ok(())
        }

        fn get(&mut self) -> Result<String, String> {
            Ok(self.text.clone())
        }

        fn dies_with_us(&self) -> bool {
            self.dies
        }

        fn leave_behind(&self, text: &str) -> Result<(), String> {
            self.left.lock().unwrap().push(text.to_owned());
            self.refusal
                .map_or(Ok(()), |refusal| Err(refusal.to_owned()))
        }
    }

    fn memory() -> Memory {
        Memory {
            dies: true,
            ..Memory::default()
        }
    }

    fn opens(memory: &Memory) -> Open {
        let memory = memory.clone();
        Box::new(move || Ok(Box::new(memory.clone())))
    }

    fn none() -> Open {
        Box::new(|| Err("there is no clipboard".to_owned()))
    }

    fn auto(surroundings: Surroundings, open: Open) -> Ladder {
        Ladder::with(ClipboardMode::Auto, surroundings, open)
    }

    fn is_terminal(rung: &Rung) -> bool {
        matches!(rung, Rung::Terminal { .. })
    }

    #[test]
    fn a_desktop_gets_the_text_on_its_own_clipboard() {
        let rung = auto(DESKTOP, opens(&memory())).copy(b"a: 1\nb: 2\n");
        assert_eq!(
            rung,
            Rung::Done("to the system's clipboard: 2 lines, 10 bytes".to_owned())
        );
    }

    #[test]
    fn a_remote_session_or_no_desktop_copies_through_the_terminal() {
        let remote = Surroundings {
            remote: true,
            ..DESKTOP
        };
        let bare = Surroundings {
            desktop: false,
            ..DESKTOP
        };
        assert!(is_terminal(&auto(remote, opens(&memory())).copy(b"x")));
        assert!(is_terminal(&auto(bare, opens(&memory())).copy(b"x")));
        assert!(is_terminal(&auto(DESKTOP, none()).copy(b"x")));
    }

    #[test]
    fn text_that_is_no_utf_8_goes_through_the_terminal_untouched() {
        let Rung::Terminal { sequence, .. } =
            auto(DESKTOP, opens(&memory())).copy(b"x-amz-a: \xff")
        else {
            panic!("not through the terminal");
        };
        assert_eq!(sequence, b"\x1b]52;c;eC1hbXotYTog/w==\x07");
        let mut system = Ladder::with(ClipboardMode::System, DESKTOP, opens(&memory()));
        assert!(matches!(system.copy(b"\xff"), Rung::Nowhere(reason) if reason.contains("UTF-8")));
    }

    #[test]
    fn what_is_too_long_for_the_terminal_is_not_said_to_be_copied() {
        let long = vec![b'x'; 80_000];
        let mut ladder = auto(DESKTOP, none());
        let Rung::Nowhere(reason) = ladder.copy(&long) else {
            panic!("claimed to be copied");
        };
        assert!(reason.contains("there is no clipboard"), "{reason}");
        assert!(reason.contains("80000 bytes"), "{reason}");
        assert!(is_terminal(&ladder.copy(b"short")));
    }

    #[test]
    fn a_chosen_way_is_the_only_one() {
        let mut system = Ladder::with(ClipboardMode::System, DESKTOP, none());
        assert_eq!(
            system.copy(b"x"),
            Rung::Nowhere("there is no clipboard".to_owned())
        );
        let mut terminal = Ladder::with(ClipboardMode::Osc52, DESKTOP, opens(&memory()));
        assert!(is_terminal(&terminal.copy(b"x")));
        let mut off = Ladder::with(ClipboardMode::Off, DESKTOP, opens(&memory()));
        assert!(matches!(off.copy(b"x"), Rung::Nowhere(_)));
    }

    #[test]
    fn what_would_die_with_the_program_is_left_to_an_heir_or_said_to_be_gone() {
        let heir = memory();
        let mut ladder = auto(DESKTOP, opens(&heir));
        ladder.copy(b"inherited");
        assert_eq!(ladder.hand_over(), None);
        assert_eq!(*heir.left.lock().unwrap(), ["inherited"]);

        let heirless = Memory {
            refusal: Some("nobody serves it"),
            ..memory()
        };
        let mut ladder = auto(DESKTOP, opens(&heirless));
        ladder.copy(b"lost");
        assert!(ladder.hand_over().unwrap().contains("nobody serves it"));

        let lasting = Memory::default();
        let mut ladder = auto(DESKTOP, opens(&lasting));
        ladder.copy(b"lasting");
        assert_eq!(ladder.hand_over(), None);
        assert!(lasting.left.lock().unwrap().is_empty());
    }

    #[test]
    fn what_somebody_else_copied_since_is_left_alone() {
        let heir = memory();
        let mut ladder = auto(DESKTOP, opens(&heir));
        ladder.copy(b"ours");
        ladder.board.as_mut().unwrap().set("theirs").unwrap();
        assert_eq!(ladder.hand_over(), None);
        assert!(heir.left.lock().unwrap().is_empty());
    }

    #[test]
    fn a_clipboard_that_broke_is_opened_again_and_nothing_old_is_left_for_new() {
        let fragile = Memory {
            takes: Some(1),
            ..memory()
        };
        let mut ladder = Ladder::with(ClipboardMode::System, DESKTOP, opens(&fragile));
        assert!(matches!(ladder.copy(b"first"), Rung::Done(_)));
        assert!(matches!(ladder.copy(b"second"), Rung::Nowhere(_)));
        // Of the one that broke nobody knows what it holds.
        assert_eq!(ladder.hand_over(), None);
        assert!(fragile.left.lock().unwrap().is_empty());
        assert!(matches!(ladder.copy(b"third"), Rung::Done(_)));
        assert_eq!(ladder.hand_over(), None);
        assert_eq!(*fragile.left.lock().unwrap(), ["third"]);
    }

    #[test]
    fn nothing_is_left_behind_where_nothing_was_copied() {
        let heir = memory();
        assert_eq!(auto(DESKTOP, opens(&heir)).hand_over(), None);
        let mut terminal = Ladder::with(ClipboardMode::Osc52, DESKTOP, opens(&heir));
        terminal.copy(b"x");
        assert_eq!(terminal.hand_over(), None);
        assert!(heir.left.lock().unwrap().is_empty());
    }

    #[test]
    fn surroundings_are_read_from_the_usual_names() {
        let with = |names: &'static [&str]| Surroundings::from(|name| names.contains(&name));
        assert!(with(&["SSH_TTY"]).remote && with(&["SSH_CONNECTION"]).remote);
        assert!(with(&["DISPLAY"]).desktop && with(&["WAYLAND_DISPLAY"]).desktop);
        assert_eq!(with(&["TMUX", "STY"]).multiplexer, Multiplexer::Tmux);
        assert_eq!(with(&["STY"]).multiplexer, Multiplexer::Screen);
        assert!(!with(&[]).remote);
    }
}

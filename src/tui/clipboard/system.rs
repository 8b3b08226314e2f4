//! The system's clipboard.

use arboard::Clipboard;

use super::{Board, serve};

/// Opens it. May take a while where a display is named but does not answer.
pub(super) fn open() -> Result<Box<dyn Board>, String> {
    match Clipboard::new() {
        Ok(clipboard) => Ok(Box::new(System(clipboard))),
        Err(error) => Err(reason(&error)),
    }
}

struct System(Clipboard);

impl Board for System {
    fn set(&mut self, text: &str) -> Result<(), String> {
        self.0.set_text(text).map_err(|error| reason(&error))
    }

    fn get(&mut self) -> Result<String, String> {
        self.0.get_text().map_err(|error| reason(&error))
    }

    fn dies_with_us(&self) -> bool {
        cfg!(all(unix, not(target_os = "macos")))
    }

    fn leave_behind(&self, text: &str) -> Result<(), String> {
        serve::leave_behind(text)
    }
}

/// Why it did not work, as half a sentence. The library's own words are about its inner parts.
pub(super) fn reason(error: &arboard::Error) -> String {
    match error {
        arboard::Error::ClipboardNotSupported => "there is no clipboard of this kind here",
        arboard::Error::ClipboardOccupied => "another program holds the clipboard",
        _ => "the system's clipboard does not answer",
    }
    .to_owned()
}

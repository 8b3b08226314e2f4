//! The one table of keys.
//!
//! Dispatch, the footer, the help overlay, the README's table and the test for conflicts all read it;
//! a key is bound nowhere else. Contexts are asked in order: text input, overlay, screen, global.

use std::fmt::Write as _;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use Action as A;
use Context as C;

/// Where a key counts.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Context {
    /// Everywhere, whatever is open.
    Always,
    /// Everywhere but in text input and overlays.
    Global,
    /// The input screen while nothing is given.
    Start,
    /// The input screen of a case.
    Input,
    /// The answer.
    Answer,
    /// A stage that has fields.
    Stage,
    /// The stage that derives the key.
    Key,
    /// What was pasted.
    Source,
    /// Any overlay with a list.
    Menu,
    /// The options panel, besides [`Context::Menu`].
    Options,
    /// The list of parts, besides [`Context::Menu`].
    Parts,
    /// The help overlay, besides [`Context::Menu`].
    Help,
    /// A line of text being typed.
    Prompt,
}

impl Context {
    /// Its heading in the help overlay and the README.
    pub fn title(self) -> &'static str {
        match self {
            C::Always => "Always",
            C::Global => "On every screen",
            C::Start => "Start",
            C::Input => "Input",
            C::Answer => "Answer",
            C::Stage => "Stages",
            C::Key => "Signing key",
            C::Source => "What was pasted",
            C::Menu => "Menus",
            C::Options => "Options",
            C::Parts => "Parts",
            C::Help => "Help",
            C::Prompt => "Typing",
        }
    }

    /// Every context, in the order of the help overlay.
    pub const ALL: [Self; 13] = [
        C::Global,
        C::Start,
        C::Input,
        C::Answer,
        C::Stage,
        C::Key,
        C::Source,
        C::Menu,
        C::Options,
        C::Parts,
        C::Help,
        C::Prompt,
        C::Always,
    ];
}

/// What a key does.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
#[expect(missing_docs, reason = "each is described by its label in the table")]
pub enum Action {
    Quit,
    ForceQuit,
    Suspend,
    Help,
    Back,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    FocusNext,
    FocusPrevious,
    GoInput,
    GoStage,
    GoSource,
    Expand,
    NextDifference,
    PreviousDifference,
    NextRequest,
    PreviousRequest,
    CopyField,
    CopyMenu,
    CopySnippet,
    Secret,
    Options,
    Snippets,
    OpenFile,
    OpenSample,
    Undo,
    AddMore,
    Replace,
    Parts,
    SwitchSide,
    Pair,
    Whose,
    ReadAs,
    Observations,
    Mouse,
    Find,
    FieldsOrText,
    Bytes,
    Reveal,
    RemoveSecret,
    NextDocument,
    Accept,
    Cancel,
    ToggleForm,
    Reset,
    EraseBack,
    EraseForward,
    EraseAll,
    CursorLeft,
    CursorRight,
    CursorHome,
    CursorEnd,
}

/// A key as it is pressed.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// With which modifiers; Shift is part of a letter's code.
    pub modifiers: KeyModifiers,
}

impl Key {
    const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            modifiers: KeyModifiers::NONE,
        }
    }

    const fn ctrl(letter: char) -> Self {
        Self {
            code: KeyCode::Char(letter),
            modifiers: KeyModifiers::CONTROL,
        }
    }

    /// The key of an event, so that it compares: terminals differ in how they report Shift.
    pub fn of(event: &KeyEvent) -> Self {
        let mut modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        let mut code = event.code;
        if let KeyCode::Char(c) = code {
            if modifiers.contains(KeyModifiers::CONTROL) {
                code = KeyCode::Char(c.to_ascii_lowercase());
            }
        } else if code == KeyCode::Tab && event.modifiers.contains(KeyModifiers::SHIFT) {
            code = KeyCode::BackTab;
        } else if code == KeyCode::BackTab {
            modifiers = KeyModifiers::NONE;
        }
        Self { code, modifiers }
    }

    /// The key in words: `Ctrl-C`, `Up`, `g`.
    pub fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(c) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                c.to_ascii_uppercase().to_string()
            }
            KeyCode::Char(c) => c.to_string(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::Delete => "Del".to_owned(),
            other => format!("{other:?}"),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}

/// A row of the table.
#[derive(Copy, Clone, Debug)]
pub struct Binding {
    /// Where it counts.
    pub contexts: &'static [Context],
    /// The keys, the one to show first.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// In one or two words, for the footer.
    pub label: &'static str,
    /// In a short sentence, for help and the README.
    pub help: &'static str,
    /// How long it stays in the footer as the screen narrows: the highest goes last, 0 is never there.
    pub footer: u8,
}

const fn ch(c: char) -> Key {
    Key::plain(KeyCode::Char(c))
}
const UP: Key = Key::plain(KeyCode::Up);
const DOWN: Key = Key::plain(KeyCode::Down);
const LEFT: Key = Key::plain(KeyCode::Left);
const RIGHT: Key = Key::plain(KeyCode::Right);
const ENTER: Key = Key::plain(KeyCode::Enter);
const ESC: Key = Key::plain(KeyCode::Esc);
const SPACE: Key = ch(' ');
const DIGITS: &[Key] = SAMPLES.split_at(9).0;
/// A key for each sample: the digits, then letters that do nothing else on the start screen.
const SAMPLES: &[Key] = &[
    ch('1'),
    ch('2'),
    ch('3'),
    ch('4'),
    ch('5'),
    ch('6'),
    ch('7'),
    ch('8'),
    ch('9'),
    ch('a'),
    ch('b'),
];

const SCREENS: &[Context] = &[C::Start, C::Input, C::Answer, C::Stage, C::Key, C::Source];
const INPUT: &[Context] = &[C::Start, C::Input];
const LOADED: &[Context] = &[C::Input, C::Answer, C::Stage, C::Key, C::Source];
const WORK: &[Context] = &[C::Answer, C::Stage, C::Key, C::Source];
const CASE: &[Context] = &[C::Input, C::Answer];
const FIELDS: &[Context] = &[C::Answer, C::Stage, C::Source];
const LISTS: &[Context] = &[
    C::Start,
    C::Input,
    C::Answer,
    C::Stage,
    C::Key,
    C::Source,
    C::Menu,
];
const BESIDE: &[Context] = &[C::Start, C::Answer, C::Stage, C::Key, C::Source];

macro_rules! keys {
    ($($contexts:expr, $keys:expr, $action:expr, $label:literal, $help:literal, $footer:literal;)*) => {
        &[$(Binding {
            contexts: $contexts,
            keys: $keys,
            action: $action,
            label: $label,
            help: $help,
            footer: $footer,
        }),*]
    };
}

/// The table. In the footer, rows stand in this order.
pub static KEYS: &[Binding] = keys![
    &[C::Answer], &[ENTER], A::Expand, "expand / copy fix", "copy the fix, open a difference, or expand a finding", 90;
    &[C::Stage], &[ENTER], A::Expand, "in the source", "show where the field stands in what was pasted", 89;
    &[C::Answer, C::Stage, C::Key], &[ch('n')], A::NextDifference, "next difference", "go to the next difference, through all stages", 85;
    &[C::Answer, C::Stage, C::Key], &[ch('N')], A::PreviousDifference, "previous", "go back to the previous difference", 0;
    &[C::Stage], &[ch('x')], A::Bytes, "bytes", "show the bytes of the field on both sides", 70;
    &[C::Stage], &[ch('a')], A::FieldsOrText, "fields/text", "switch between fields and the text as it is signed", 40;
    &[C::Key], &[ch('r')], A::Reveal, "reveal", "show or mask derived keys", 88;
    &[C::Key], &[Key::plain(KeyCode::Delete), Key::plain(KeyCode::Backspace)], A::RemoveSecret, "remove entered", "take out the secret entered last", 87;
    FIELDS, &[ch('y')], A::CopyField, "copy field", "copy the field or finding under the cursor, redacted", 50;
    WORK, &[ch('c')], A::CopyMenu, "copy menu", "copy corrected headers, URL, curl, canonical text or a report", 80;
    INPUT, &[ch('c')], A::CopySnippet, "copy snippet", "copy the lines of the nearest next step", 80;
    SCREENS, &[ch('s')], A::Secret, "secret", "enter a secret, masked; takes export-credentials output too", 75;
    WORK, &[ch('o')], A::Options, "options", "choose over what the request claims", 55;
    SCREENS, &[ch('w')], A::Snippets, "other clients", "how to get the missing piece from other clients", 45;
    SCREENS, &[ch('e')], A::OpenFile, "open file", "add a file to the case", 35;
    &[C::Start], SAMPLES, A::OpenSample, "open sample", "open a bundled sample", 85;
    &[C::Start], &[ENTER], A::Accept, "open", "open the sample under the cursor", 70;
    LOADED, DIGITS, A::GoStage, "stages", "1 is the answer, the others are the stages", 60;
    WORK, &[ch('0'), ch('i')], A::GoInput, "input", "go to the input screen: what is here, what it proves", 25;
    SCREENS, &[ch('v')], A::GoSource, "source", "show what was pasted, with the field or finding marked", 42;
    &[C::Source], &[ch('d')], A::NextDocument, "next source", "show the next thing that was given", 45;
    FIELDS, &[ch('/')], A::Find, "find", "find in this screen; Enter goes to the next place", 48;
    SCREENS, &[ch('u')], A::Undo, "take back", "take the last paste back", 38;
    CASE, &[ch('a')], A::AddMore, "add", "add to the case: paste, or open a file with e", 37;
    LOADED, &[Key::ctrl('n')], A::Replace, "new case", "put the case away for another one; u brings it back", 39;
    LOADED, &[ch('p')], A::Parts, "parts", "list all that was recognised: choose the request, whose a part is, what is compared with what", 49;
    &[C::Input, C::Answer, C::Stage], &[ch('t')], A::Whose, "whose", "say whose strings are that nobody named: the signer's or the server's", 87;
    CASE, &[ch('f')], A::ReadAs, "read as", "read what was not recognised as what you say it is", 88;
    CASE, &[ch('b')], A::Observations, "side by side", "show one request side by side in every place where it was seen", 86;
    WORK, &[ch(']')], A::NextRequest, "next request", "look at the next request", 84;
    WORK, &[ch('[')], A::PreviousRequest, "previous request", "look at the previous request", 84;
    SCREENS, &[ch('m')], A::Mouse, "mouse", "capture the mouse, or leave it to the terminal", 0;
    &[C::Menu], &[ENTER], A::Accept, "take", "take the entry", 90;
    &[C::Menu], &[SPACE, RIGHT, LEFT, ch('l'), ch('h')], A::ToggleForm, "change", "change the form or the value of the entry", 70;
    &[C::Options], &[Key::plain(KeyCode::Delete), Key::plain(KeyCode::Backspace)], A::Reset, "as claimed", "go back to what the request claims", 60;
    &[C::Parts], &[SPACE, RIGHT, LEFT], A::SwitchSide, "switch side", "say whose this evidence is: signer, server, unknown", 85;
    &[C::Parts], &[ch('p')], A::Pair, "compare", "hold this evidence against the request that is looked at; again undoes it", 80;
    &[C::Parts], &[Key::plain(KeyCode::Delete), Key::plain(KeyCode::Backspace)], A::Reset, "as recognised", "undo what you chose of this part", 60;
    &[C::Parts], &[ch('/')], A::Find, "find", "list only the parts that hold a text", 75;
    &[C::Help], &[ch('/')], A::Find, "find", "find a key by its words", 60;
    &[C::Menu], &[ESC, ch('q'), ch('?')], A::Back, "close", "close", 95;
    &[C::Prompt], &[ENTER], A::Accept, "take", "take the text; in a search, go to the next place", 90;
    &[C::Prompt], &[ESC], A::Cancel, "leave", "leave without taking it", 95;
    &[C::Prompt], &[Key::plain(KeyCode::Backspace), Key::ctrl('h')], A::EraseBack, "erase", "erase the character before", 0;
    &[C::Prompt], &[Key::plain(KeyCode::Delete)], A::EraseForward, "erase", "erase the character behind", 0;
    &[C::Prompt], &[Key::ctrl('u')], A::EraseAll, "clear", "erase everything", 50;
    &[C::Prompt], &[LEFT], A::CursorLeft, "left", "move left", 0;
    &[C::Prompt], &[RIGHT], A::CursorRight, "right", "move right", 0;
    &[C::Prompt], &[Key::plain(KeyCode::Home)], A::CursorHome, "start", "move to the start", 0;
    &[C::Prompt], &[Key::plain(KeyCode::End)], A::CursorEnd, "end", "move to the end", 0;
    LISTS, &[UP, ch('k')], A::Up, "up", "move up", 0;
    LISTS, &[DOWN, ch('j')], A::Down, "down", "move down", 0;
    BESIDE, &[LEFT, ch('h')], A::Left, "left", "previous stage; in a text, scroll left", 0;
    BESIDE, &[RIGHT, ch('l')], A::Right, "right", "next stage; in a text, scroll right", 0;
    LISTS, &[Key::plain(KeyCode::PageUp)], A::PageUp, "page up", "move up by a page", 0;
    LISTS, &[Key::plain(KeyCode::PageDown)], A::PageDown, "page down", "move down by a page", 0;
    LISTS, &[ch('g'), Key::plain(KeyCode::Home)], A::First, "first", "move to the first", 0;
    LISTS, &[ch('G'), Key::plain(KeyCode::End)], A::Last, "last", "move to the last", 0;
    LOADED, &[Key::plain(KeyCode::Tab)], A::FocusNext, "next part", "move to the next part of the screen, or the next stage", 0;
    LOADED, &[Key::plain(KeyCode::BackTab)], A::FocusPrevious, "previous part", "move to the previous part of the screen, or stage", 0;
    &[C::Global], &[ESC], A::Back, "back", "go back; never quits", 22;
    &[C::Global], &[ch('q')], A::Quit, "quit", "quit", 94;
    &[C::Global], &[ch('?')], A::Help, "help", "every key, with a search", 100;
    &[C::Always], &[Key::ctrl('z')], A::Suspend, "suspend", "suspend, back with fg", 0;
    &[C::Always], &[Key::ctrl('c')], A::ForceQuit, "quit", "quit at once", 0;
];

/// What `key` does where `contexts` are open, asked in that order.
pub(crate) fn action(contexts: &[Context], key: Key) -> Option<Action> {
    contexts.iter().find_map(|context| {
        KEYS.iter()
            .find(|b| b.contexts.contains(context) && b.keys.contains(&key))
            .map(|b| b.action)
    })
}

/// The row that gives a key its meaning on another screen.
pub(crate) fn elsewhere(key: Key) -> Option<&'static Binding> {
    KEYS.iter()
        .find(|row| row.keys.contains(&key) && row.contexts.iter().any(|c| SCREENS.contains(c)))
}

/// The place of a digit key, from 1.
pub(crate) fn digit(key: Key) -> Option<usize> {
    DIGITS.iter().position(|k| *k == key).map(|at| at + 1)
}

/// The place of the sample that a key opens, from 0.
pub(crate) fn sample(key: Key) -> Option<usize> {
    SAMPLES.iter().position(|k| *k == key)
}

/// The key that opens the sample at a place, from 0.
pub(crate) fn sample_key(at: usize) -> Option<String> {
    SAMPLES.get(at).map(|key| key.name())
}

/// The keys of a row in words: `Up k`, `1…9`.
pub(crate) fn names(binding: &Binding) -> String {
    let (digits, rest) = match binding.keys.strip_prefix(DIGITS) {
        Some(rest) => (Some("1-9".to_owned()), rest),
        None => (None, binding.keys),
    };
    let names: Vec<String> = digits
        .into_iter()
        .chain(rest.iter().map(|key| key.name()))
        .collect();
    names.join(" ")
}

/// The table as Markdown, as it stands in the README.
pub fn markdown() -> String {
    let mut out = String::new();
    for context in Context::ALL {
        let mut rows = KEYS.iter().filter(|b| home(b) == context).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let _ = write!(out, "\n| {} | |\n| --- | --- |\n", context.title());
        for row in rows {
            let keys: Vec<String> = names(row)
                .split(' ')
                .map(|name| format!("`{name}`"))
                .collect();
            let _ = writeln!(out, "| {} | {} |", keys.join(" "), row.help);
        }
    }
    out
}

/// The heading under which a row stands in help: that of its only context, or the shared one.
pub(crate) fn home(binding: &Binding) -> Context {
    match binding.contexts {
        [one] => *one,
        contexts if contexts.iter().all(|c| INPUT.contains(c)) => C::Input,
        _ => C::Global,
    }
}

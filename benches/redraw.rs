//! How long a screen takes to draw at 200x60 with a body of 10 MB in the case. Goal: 2 ms at most.

use std::hint::black_box;
use std::sync::Arc;

use chrono::{TimeZone as _, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sigscope::engine::document::Source;
use sigscope::engine::intake::Input;
use sigscope::engine::scheme::Now;
use sigscope::samples;
use sigscope::tui::{App, AppOptions, Effect, Msg};
use sigscope::workbench::{Fixed, Workbench};

/// The body: lines of all lengths, one of them a megabyte.
fn body() -> Vec<u8> {
    let mut body = Vec::with_capacity(10 << 20);
    body.extend(std::iter::repeat_n(b'x', 1 << 20));
    let mut n = 0usize;
    while body.len() < 10 << 20 {
        body.extend_from_slice(format!("\nline {n} ").as_bytes());
        body.extend(std::iter::repeat_n(b'y', n % 300));
        n += 1;
    }
    body.truncate(10 << 20);
    body
}

fn app() -> App {
    over(body())
}

/// The app over a request with this body.
fn over(body: Vec<u8>) -> App {
    let sample = samples::find("host-changed").map_or("", |sample| sample.text);
    let (request, answer) = sample.split_once("HTTP/1.1 403").unwrap_or((sample, ""));
    let mut given = request.trim_end().as_bytes().to_vec();
    // A session token, which every screen must look for.
    given.extend_from_slice(b"\nX-Amz-Security-Token: ");
    given.extend((0..1_200).map(|n: u32| b'A' + u8::try_from(n * n % 26).unwrap_or_default()));
    given.extend_from_slice(format!("\nContent-Length: {}\n\n", body.len()).as_bytes());
    given.extend(body);
    given.extend_from_slice(b"\nHTTP/1.1 403");
    given.extend_from_slice(answer.as_bytes());
    let mut bench = Workbench::new(Arc::new(Fixed::default()));
    bench.inputs.push(Input {
        name: "large".to_owned(),
        source: Source::File,
        bytes: given.into(),
    });
    let (mut app, effects) = App::new(bench, AppOptions::default());
    let now = Now {
        at: Utc
            .timestamp_opt(1_773_220_800, 0)
            .single()
            .unwrap_or_default(),
        stated: false,
    };
    for effect in effects {
        if let Effect::Work(number, bench) = effect {
            app.update(Msg::Worked(number, Arc::new(bench.work(now))));
        }
    }
    app
}

fn press(app: &mut App, keys: &str) {
    for c in keys.chars() {
        let code = if c == '\n' {
            KeyCode::Enter
        } else {
            KeyCode::Char(c)
        };
        app.update(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
}

fn redraw(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("redraw 200x60, 10 MB body");
    let screens = [
        ("answer", "1"),
        ("request", "2"),
        ("canonical", "3"),
        ("canonical text", "3a"),
        ("bytes", "3x"),
        ("key", "5"),
        ("signature", "6"),
        ("paste, start", "v"),
        ("paste, end", "vG"),
        ("paste, long line", "vgllllllll"),
        ("body field bytes", "2Gx"),
        ("input", "0"),
        ("copy menu", "1c"),
        ("options", "1o"),
        ("secret prompt", "1s"),
        ("help", "1?"),
    ];
    for (name, keys) in screens {
        let mut app = app();
        press(&mut app, keys);
        let Ok(mut terminal) = Terminal::new(TestBackend::new(200, 60));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let drawn = terminal.draw(|frame| app.draw(frame));
                black_box(drawn.is_ok())
            });
        });
    }
    group.finish();
}

/// One line of 50 MB: drawn, a letter typed while its whole text is looked through, and that looking.
fn one_line(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one line of 50 MB");
    let mut app = over(b"all work and no play ".repeat(50_000_000 / 21));
    press(&mut app, "v");
    let Ok(mut terminal) = Terminal::new(TestBackend::new(200, 60));
    group.bench_function("redraw", |bencher| {
        bencher.iter(|| black_box(terminal.draw(|frame| app.draw(frame)).is_ok()));
    });
    press(&mut app, "/absent wor");
    let key = |code| Msg::Key(KeyEvent::new(code, KeyModifiers::NONE));
    let mut asked = None;
    group.bench_function("a letter typed", |bencher| {
        bencher.iter(|| {
            for effect in app.update(key(KeyCode::Char('d'))) {
                if let Effect::Search(_, search) = effect {
                    asked = Some(search);
                }
            }
            app.update(key(KeyCode::Backspace))
        });
    });
    group.bench_function("the search, on the worker", |bencher| {
        bencher.iter(|| black_box(asked.as_ref().map(|search| search.run(&mut |_, _| true))));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(1));
    targets = redraw, one_line
}
criterion_main!(benches);

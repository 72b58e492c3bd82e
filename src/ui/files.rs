//! Dialogs, reading and writing, all off the frame: each on a thread of its own, answered through one bounded channel.

use std::future::Future;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::state::PathWanted;
use crate::export::{self, Format};
use crate::scenario;
use crate::trace::{ScenarioInfo, Trace};

/// Answers that may wait; far more than can be asked at once.
const ANSWERS: usize = 64;

/// Nobody cancels a dialog this fast: it could not be shown at all.
const FASTEST_CANCEL: Duration = Duration::from_millis(400);

/// How often the open file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What came of something asked for.
pub enum Answer {
    /// A path was picked in a dialog.
    Picked(PathWanted, PathBuf),
    /// There is no dialog on this system: ask for the path in the window.
    NoDialog(PathWanted),
    /// A scenario was read: path, name, text.
    Scenario(PathBuf, String, Arc<str>),
    /// A trace was read.
    Trace(PathBuf, Box<Trace>),
    /// Opening failed, with a sentence.
    OpenFailed(String),
    /// The scenario was written with this text.
    Saved(PathBuf, Arc<str>),
    /// The trace was written.
    Exported(PathBuf),
    WriteFailed(String),
    /// The open file holds this text now.
    Changed(PathBuf, Arc<str>),
}

/// Asks for files, and has the answers.
pub struct Files {
    answers: Receiver<Answer>,
    sender: Sender<Answer>,
    context: egui::Context,
    watched: Option<Watched>,
}

/// The open file, looked at by a thread that ends when its channel does.
struct Watched {
    path: PathBuf,
    _alive: Sender<()>,
}

impl Files {
    pub fn new(context: egui::Context) -> Self {
        let (sender, answers) = bounded(ANSWERS);
        Self {
            answers,
            sender,
            context,
            watched: None,
        }
    }

    /// The next answer, if there is one.
    pub fn try_recv(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }

    /// Lets a path be picked.
    pub fn pick(&self, wanted: PathWanted, folder: Option<PathBuf>, name: &str) {
        let mut dialog = rfd::AsyncFileDialog::new();
        if let Some(folder) = folder {
            dialog = dialog.set_directory(folder);
        }
        let dialog = match wanted {
            PathWanted::Open => dialog
                .set_title("Open a scenario or a trace")
                .add_filter("Scenarios and traces", &["py", "json"])
                .add_filter("All files", &["*"]),
            PathWanted::Save => dialog
                .set_title("Save the scenario")
                .add_filter("Scenarios", &["py"])
                .set_file_name(format!("{name}.py")),
            PathWanted::Export(format) => dialog
                .set_title("Export the trace")
                .add_filter(format.title(), &[format.extension()])
                .set_file_name(format!("{name}.{}", format.extension())),
        };
        // The future is made here, on the thread of the window, as macOS wants it; it is waited for elsewhere.
        let open = wanted == PathWanted::Open;
        let picked: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            match open {
                true => Box::pin(dialog.pick_file()),
                false => Box::pin(dialog.save_file()),
            };
        let asked = Instant::now();
        self.spawn(move || match wait(picked) {
            Some(handle) => Some(Answer::Picked(wanted, handle.path().to_owned())),
            None if asked.elapsed() < FASTEST_CANCEL => Some(Answer::NoDialog(wanted)),
            None => None,
        });
    }

    /// Reads a scenario or a trace, by the file's extension.
    pub fn open(&self, path: PathBuf) {
        self.spawn(move || Some(open(path)));
    }

    /// Writes the scenario's text.
    pub fn save(&self, path: PathBuf, text: Arc<str>) {
        self.spawn(move || {
            Some(match replace(&path, text.as_bytes()) {
                Ok(()) => Answer::Saved(path, text),
                Err(error) => Answer::WriteFailed(format!(
                    "{}: it cannot be written: {error}",
                    path.display()
                )),
            })
        });
    }

    /// Writes a trace, of a run that began then.
    pub fn export(&self, format: Format, path: PathBuf, trace: Arc<Trace>, began_unix_ns: u64) {
        self.spawn(move || {
            let written = std::fs::File::create(&path).and_then(|file| {
                let mut file = std::io::BufWriter::new(file);
                format.write(&trace, began_unix_ns, &mut file)?;
                std::io::Write::flush(&mut file)
            });
            // Let go of it before the window hears of it and goes on with the run.
            drop(trace);
            Some(match written {
                Ok(()) => Answer::Exported(path),
                Err(error) => Answer::WriteFailed(format!(
                    "{}: it cannot be written: {error}",
                    path.display()
                )),
            })
        });
    }

    /// Looks at this file from now on, and at none before it.
    pub fn watch(&mut self, path: Option<&Path>) {
        if self.watched.as_ref().map(|watched| watched.path.as_path()) == path {
            return;
        }
        self.watched = path.map(|path| {
            let (alive, ended) = bounded(0);
            let path = path.to_owned();
            let watched = path.clone();
            self.spawn_with(move |answer| look_at(&watched, &ended, answer));
            Watched {
                path,
                _alive: alive,
            }
        });
    }

    fn spawn(&self, work: impl FnOnce() -> Option<Answer> + Send + 'static) {
        self.spawn_with(move |answer| {
            if let Some(found) = work() {
                answer(found);
            }
        });
    }

    fn spawn_with(&self, work: impl FnOnce(&dyn Fn(Answer)) + Send + 'static) {
        let sender = self.sender.clone();
        let context = self.context.clone();
        let spawned = thread::Builder::new()
            .name("lazyscope-files".to_owned())
            .spawn(move || {
                work(&|answer| {
                    // The window may have closed meanwhile; then nobody wants to know.
                    let _ = sender.send(answer);
                    context.request_repaint();
                });
            });
        if let Err(error) = spawned {
            let _ = self.sender.try_send(Answer::WriteFailed(format!(
                "the system has no thread left for a file: {error}"
            )));
        }
    }
}

/// Puts a text in the place of a file. It is written beside it first: should that fail, the file is as it was. Where
/// nothing new can be beside it, it is written in place.
fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    // Behind a link is the file that is meant.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".saving");
    let beside = path.with_file_name(name);
    let Ok(mut file) = std::fs::File::create_new(&beside) else {
        return std::fs::write(&path, text);
    };
    let mut write = || {
        file.write_all(text)?;
        file.sync_all()?;
        if let Ok(old) = std::fs::metadata(&path) {
            file.set_permissions(old.permissions())?;
        }
        std::fs::rename(&beside, &path)
    };
    write().inspect_err(|_| {
        // What could not be finished is of no use; that it cannot be taken away either is not what to tell.
        let _ = std::fs::remove_file(&beside);
    })
}

fn open(path: PathBuf) -> Answer {
    if path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    {
        return match std::fs::read(&path) {
            Err(error) => {
                Answer::OpenFailed(format!("{}: it cannot be read: {error}", path.display()))
            }
            Ok(bytes) => match export::json::read_bytes(&bytes) {
                Ok(trace) => Answer::Trace(path, Box::new(trace)),
                Err(error) => Answer::OpenFailed(format!("{}: {error}", path.display())),
            },
        };
    }
    match scenario::load(&path) {
        Ok(scenario) => Answer::Scenario(path, scenario.name, scenario.source),
        Err(error) => Answer::OpenFailed(error.to_string()),
    }
}

fn look_at(path: &Path, ended: &Receiver<()>, answer: &dyn Fn(Answer)) {
    let stamp = || -> Option<(SystemTime, u64)> {
        let data = std::fs::metadata(path).ok()?;
        Some((data.modified().ok()?, data.len()))
    };
    let mut known = stamp();
    while ended
        .recv_timeout(LOOK_EVERY)
        .is_err_and(|error| error.is_timeout())
    {
        let now = stamp();
        if now.is_some() && now != known {
            known = now;
            if let Ok(text) = std::fs::read_to_string(path) {
                answer(Answer::Changed(path.to_owned(), text.into()));
            }
        }
    }
}

/// Waits for a future on this thread.
fn wait<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + Send>>) -> T {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future.as_mut());
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// The name that an export is offered under.
pub fn export_name(info: &ScenarioInfo) -> &str {
    if info.name.is_empty() {
        "trace"
    } else {
        &info.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_beside_it_is_touched() {
        let folder = std::env::temp_dir().join(format!("lazyscope-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (path, beside) = (folder.join("mine.py"), folder.join("mine.py.saving"));
        replace(&path, b"first").expect("it is written");
        replace(&path, b"second").expect("it is written again");
        assert_eq!(std::fs::read(&path).expect("it is there"), b"second");
        assert!(!beside.exists());
        std::fs::write(&beside, "another's").expect("a file");
        replace(&path, b"third").expect("it is written in place");
        assert_eq!(std::fs::read(&path).expect("it is there"), b"third");
        assert_eq!(std::fs::read(&beside).expect("it is there"), b"another's");
        std::fs::remove_dir_all(&folder).expect("it can go");
    }
}

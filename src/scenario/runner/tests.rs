use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::scenario::{Cancelled, Scenario};
use crate::trace::{Output, OutputStream, Settings, Status};

/// Far beyond what any of these takes; reaching it is a failure.
const LONG: Duration = Duration::from_secs(20);

/// An interpreter that does what the first word of its code says.
fn engine() -> Engine {
    Engine::new(
        || {
            let flag = Arc::new(AtomicBool::new(false));
            (flag.clone(), flag)
        },
        |flag: &Arc<AtomicBool>| flag.store(true, Ordering::SeqCst),
        |flag| {
            move |request: &RunRequest, sink: &mut dyn FnMut(Event) -> Result<(), Cancelled>| {
                act(&flag, request, sink)
            }
        },
    )
}

fn act(
    flag: &AtomicBool,
    request: &RunRequest,
    sink: &mut dyn FnMut(Event) -> Result<(), Cancelled>,
) {
    flag.store(false, Ordering::SeqCst);
    let _ = sink(Event::Started(Box::new(request.info.clone())));
    let mut status = Status::Ok;
    match request.code.trim() {
        "print" => {
            for _ in 0..3 {
                let _ = print(sink, "x\n");
            }
        }
        "flood" => {
            while print(sink, "0123456789\n").is_ok() {}
            status = Status::Cancelled;
        }
        "query" => {
            while sink(Event::Statement(Box::new(statement()))).is_ok() {}
            status = Status::Cancelled;
        }
        "spin" => {
            while !flag.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            status = Status::Cancelled;
        }
        "deaf" => std::thread::sleep(LONG),
        "panic" => panic!("on purpose"),
        other => panic!("no such act: {other}"),
    }
    let outcome = Outcome {
        status,
        error: None,
    };
    let _ = sink(Event::Finished { outcome, at_ns: 1 });
}

fn print(
    sink: &mut dyn FnMut(Event) -> Result<(), Cancelled>,
    text: &str,
) -> Result<(), Cancelled> {
    sink(Event::Output(Output {
        line: 1,
        stream: OutputStream::Stdout,
        is_log: false,
        after_statement: 0,
        text: text.to_owned(),
    }))
}

fn statement() -> crate::trace::Statement {
    crate::trace::Statement {
        line: 4,
        ..crate::trace::Statement::default()
    }
}

fn runner(limits: Limits) -> Runner {
    Runner::start(engine(), limits, || {})
}

fn request(code: &str) -> RunRequest {
    Scenario::parse("file", code)
        .request(&[], Vec::new(), Settings::default())
        .expect("no parameters")
}

/// Receives to the end; the number of events and how it ended.
#[track_caller]
fn drain(runner: &mut Runner) -> (usize, Outcome) {
    let mut count = 0;
    loop {
        let event = runner.recv_timeout(LONG).expect("the run ends");
        count += 1;
        if let Event::Finished { outcome, .. } = event {
            assert_eq!(runner.state(), State::Idle);
            return (count, outcome);
        }
    }
}

#[track_caller]
fn check_runs(runner: &mut Runner) {
    runner.run(request("print"), Pace::Free);
    let (count, outcome) = drain(runner);
    assert_eq!((count, outcome.status), (5, Status::Ok));
    assert!(runner.try_recv().is_none());
}

#[test]
fn one_run_after_the_other() {
    let mut runner = runner(Limits::default());
    let first = runner.run(request("print"), Pace::Free);
    drain(&mut runner);
    let second = runner.run(request("print"), Pace::Free);
    assert!(second > first);
    drain(&mut runner);
}

#[test]
fn stop_ends_a_loop_without_statements() {
    let mut runner = runner(Limits::default());
    runner.run(request("spin"), Pace::Free);
    runner.stop();
    assert_eq!(drain(&mut runner).1.status, Status::Cancelled);
    check_runs(&mut runner);
}

#[test]
fn stop_ends_a_run_whose_channel_is_full_and_loses_nothing() {
    let mut runner = runner(Limits::default());
    runner.run(request("flood"), Pace::Free);
    while runner
        .current
        .as_ref()
        .is_some_and(|current| current.events.len() < EVENTS)
    {
        std::thread::yield_now();
    }
    runner.stop();
    assert_eq!(runner.state(), State::Stopping);
    let (count, outcome) = drain(&mut runner);
    assert!(count > EVENTS);
    assert_eq!(outcome.status, Status::Cancelled);
    check_runs(&mut runner);
}

#[test]
fn a_new_run_takes_the_place_of_one_whose_channel_is_full() {
    let mut runner = runner(Limits::default());
    runner.run(request("flood"), Pace::Free);
    while runner
        .current
        .as_ref()
        .is_some_and(|current| current.events.len() < EVENTS)
    {
        std::thread::yield_now();
    }
    check_runs(&mut runner);
}

#[test]
fn a_worker_that_does_not_answer_is_replaced() {
    let limits = Limits {
        patience: Duration::from_millis(50),
        ..Limits::default()
    };
    let mut runner = runner(limits);
    runner.run(request("deaf"), Pace::Free);
    assert!(matches!(runner.recv_timeout(LONG), Some(Event::Started(_))));
    runner.stop();
    assert_eq!(drain(&mut runner).1.status, Status::Cancelled);
    check_runs(&mut runner);
}

#[test]
fn a_panic_is_an_error_of_the_run_and_no_more() {
    let mut runner = runner(Limits::default());
    runner.run(request("panic"), Pace::Free);
    let (_, outcome) = drain(&mut runner);
    assert_eq!(outcome.status, Status::Error);
    assert_eq!(
        outcome.error.expect("an error").kind,
        "lazyscope.InternalError"
    );
    check_runs(&mut runner);
}

#[test]
fn the_time_limit_ends_a_run_of_any_kind() {
    for code in ["spin", "flood"] {
        let mut runner = runner(Limits {
            wall: Some(Duration::from_millis(100)),
            ..Limits::default()
        });
        runner.run(request(code), Pace::Free);
        let (_, outcome) = drain(&mut runner);
        assert_eq!(outcome.status, Status::Limit);
        let error = outcome.error.expect("an error");
        assert_eq!(
            error.message,
            "stopped after 0.1 s, the time limit of a run"
        );
        check_runs(&mut runner);
    }
}

#[test]
fn stepping_waits_after_each_statement() {
    #[track_caller]
    fn statement_then_pause(runner: &mut Runner) {
        assert!(matches!(
            runner.recv_timeout(LONG),
            Some(Event::Statement(_))
        ));
        while runner.state() != State::Paused {
            std::thread::yield_now();
        }
        assert!(runner.try_recv().is_none());
    }
    let mut runner = runner(Limits::default());
    runner.run(request("query"), Pace::Stepwise);
    assert!(matches!(runner.recv_timeout(LONG), Some(Event::Started(_))));
    statement_then_pause(&mut runner);
    runner.step();
    statement_then_pause(&mut runner);
    runner.resume();
    for _ in 0..10 {
        assert!(matches!(
            runner.recv_timeout(LONG),
            Some(Event::Statement(_))
        ));
    }
    runner.step();
    while runner.state() != State::Paused {
        runner.try_recv();
    }
    runner.stop();
    assert_eq!(drain(&mut runner).1.status, Status::Cancelled);
}

#[test]
fn the_reader_is_woken() {
    let woken = Arc::new(AtomicUsize::new(0));
    let counter = woken.clone();
    let mut runner = Runner::start(engine(), Limits::default(), move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    runner.run(request("print"), Pace::Free);
    drain(&mut runner);
    assert!(woken.load(Ordering::SeqCst) >= 1);
}

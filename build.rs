//! The Python files under `src/python/lib` are compiled into the binary by a macro, which cargo cannot see through.

fn main() {
    println!("cargo::rerun-if-changed=src/python/lib");
}

//! The command line. Only here is anything printed or the process ended.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}

//! probe
use std::path::Path;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let paths: u64 = a[2].parse().unwrap();
    let s = tierfund::scenario::Scenario::read(Path::new(&a[1]), &a[4..]).unwrap_or_else(|e| {
        println!("{e}");
        std::process::exit(2)
    });
    let run = tierfund::simulation::Running {
        threads: Some(a[3].parse().unwrap()),
        progress: None,
    };
    #[allow(clippy::disallowed_methods)]
    let t = std::time::Instant::now();
    let o = tierfund::simulation::simulate_with(&s, 1, 0..paths, run).unwrap_or_else(|e| {
        println!("{e}");
        std::process::exit(2)
    });
    let dt = t.elapsed().as_secs_f64();
    for (i, spec) in o.specs.iter().enumerate() {
        let mut v: Vec<f64> = o.rows().map(|r| r[i]).filter(|x| !x.is_nan()).collect();
        let n = v.len() as f64;
        let m = v.iter().sum::<f64>() / n;
        let sd = (v.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (n - 1.0)).sqrt();
        v.sort_by(f64::total_cmp);
        let q = |p: f64| v.get(((n - 1.0) * p) as usize).copied().unwrap_or(f64::NAN);
        println!(
            "{:45} {:>14.6} se {:>12.6}  p5 {:>12.5} p50 {:>12.5} p95 {:>12.5} n {}",
            spec.name,
            m,
            sd / n.sqrt(),
            q(0.05),
            q(0.5),
            q(0.95),
            n
        );
    }
    let lives = o.column("companies.funded").unwrap().iter().sum::<f64>();
    println!(
        "{:.3} s, {:.1} paths/s, {:.1} ns/life",
        dt,
        paths as f64 / dt,
        dt / lives * 1e9
    );
}

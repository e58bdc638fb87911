//! `curfew policy` as a CI job runs it: the binary, a service with a company in its database, and exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use integrations::Integrations;
use judge::Judge;
use testkit::api::{api, settings};
use testkit::{Issuer, TestDb, company};

const RULES: &str = "\
rules:
  - name: reading
    subjects: { groups: [engineers] }
    accounts: { units: [/Root/Production] }
    permission_sets: { arns: [ReadOnlyAccess] }
    max_minutes: 240
    approval: { kind: automatic, waiver: nothing here can do harm }
";

struct Job {
    _db: TestDb,
    api: testkit::Api,
    issuer: Issuer,
    folder: PathBuf,
}

impl Drop for Job {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Job {
    async fn start(name: &str) -> Self {
        let db = testkit::database().await;
        company::move_in(&db).await;
        let issuer = Issuer::start().await;
        let settings = settings(&issuer, &[]);
        let judge = Judge::new(Integrations::new(&settings).unwrap());
        let state = request::Api { db: db.db.clone(), settings: Arc::new(settings.clone()), judge };
        let data = request::app_data(state);
        let api = api(&settings, &db, request::routes, move |config| data(config));
        let folder = std::env::temp_dir().join(format!("curfew-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { _db: db, api, issuer, folder }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The exit code and everything that was said.
    async fn run(&self, arguments: &[&str], files: &[&Path]) -> (i32, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_curfew"));
        command.arg("policy").args(arguments).args(files).current_dir(&self.folder);
        command.env("CURFEW_API", &self.api.url).env("CURFEW_TOKEN", self.issuer.token("root"));
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
        (output.status.code().unwrap(), said)
    }
}

#[actix_web::test]
async fn exit_codes_say_whether_there_is_something_to_do() {
    let job = Job::start("codes").await;
    let file = job.file("rules.yaml", RULES);
    let (code, said) = job.run(&["validate"], &[&file]).await;
    assert_eq!((code, said.as_str()), (0, "the files are good\n"));
    let (code, said) = job.run(&["plan", "--out", "plan.json"], &[&file]).await;
    assert!(code == 2 && said.contains("+ rule \"reading\"\n") && said.contains("1 to make"), "{code} {said}");
    let (code, said) = job.run(&["apply"], &[&file]).await;
    assert!(code == 1 && said.contains("give --yes"), "{code} {said}");
    let (code, said) = job.run(&["apply", "--plan", "plan.json"], &[&file]).await;
    assert!(code == 0 && said.starts_with("In force at revision "), "{code} {said}");
    let (code, said) = job.run(&["plan"], &[&file]).await;
    assert!(code == 0 && said.contains("Nothing would change."), "{code} {said}");
    let (code, said) = job.run(&["apply", "--plan", "plan.json"], &[&file]).await;
    assert!(code == 1 && said.contains("plan again"), "{code} {said}");
    let (code, said) = job.run(&["plan", "--nonsense"], &[&file]).await;
    assert_eq!(code, 64, "{said}");
}

#[actix_web::test]
async fn mistakes_are_told_a_line_each() {
    let job = Job::start("mistakes").await;
    let file = job.file("rules.yaml", &RULES.replace("engineers", "enginers"));
    let (code, said) = job.run(&["plan"], &[&file]).await;
    let expected = format!(
        "{}:3:26: rules[0].subjects.groups[0]: there is no group \"enginers\"; did you mean \"engineers\"?\n",
        file.display()
    );
    assert_eq!((code, said), (1, expected));
    let (code, said) = job.run(&["validate"], &[Path::new("missing.yaml")]).await;
    assert!(code == 1 && said.contains("missing.yaml cannot be read"), "{said}");
}

#[actix_web::test]
async fn an_export_is_a_plan_without_differences() {
    let job = Job::start("export").await;
    let file = job.file("rules.yaml", RULES);
    assert_eq!(job.run(&["apply", "--yes"], &[&file]).await.0, 0);
    let out = job.folder.join("out");
    let (code, said) = job.run(&["export", "--output", "out"], &[]).await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(job.run(&["plan"], &[&out]).await.0, 0);
    let (code, said) = job.run(&["schema"], &[]).await;
    assert!(code == 0 && said == include_str!("../../../openapi/policy.schema.json"), "the published schema is old");
}

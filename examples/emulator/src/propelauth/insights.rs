//! Reports and charts: one row each, of what is there.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, json_of},
    fields::Params,
};

type Project = State<Arc<PropelAuth>>;

fn check(report: &str, known: &[&str], params: &Params) -> Result<(), Refusal> {
    if !known.contains(&report) {
        return Err(Refusal::not_found());
    }
    let intervals: &[&str] = match report {
        "reengagement" => &["Weekly", "Monthly"],
        "churn" => &["7", "14", "30"],
        _ => &["30", "60", "90"],
    };
    match params.text("report_interval") {
        Some(interval) if !intervals.contains(&interval) => {
            Err(Refusal::field("report_interval", "is not known"))
        }
        _ => Ok(()),
    }
}

fn page(pa: &PropelAuth, name: &str, params: &Params, rows: Vec<Value>) -> Outcome {
    let mut page = params.page(name, "total_count", rows)?;
    page["report_time"] = json!(pa.world.clock.now_s());
    json_of(page)
}

/// GET `/user_report/{report}`
pub(crate) async fn of_users(
    State(pa): Project,
    Path(report): Path<String>,
    params: Params,
) -> Outcome {
    check(
        &report,
        &["top_inviter", "champion", "reengagement", "churn"],
        &params,
    )?;
    let rows = pa
        .store()
        .users
        .iter()
        .map(|user| {
            json!({
                "id": user.id(), "report_id": report, "user_id": user.id(),
                "email": user.shown["email"], "user_created_at": user.shown["created_at"],
                "last_active_at": user.shown["last_active_at"], "username": user.shown["username"],
                "extra_properties": {"num_invites": 1},
            })
        })
        .collect();
    page(&pa, "user_reports", &params, rows)
}

/// GET `/org_report/{report}`
pub(crate) async fn of_orgs(
    State(pa): Project,
    Path(report): Path<String>,
    params: Params,
) -> Outcome {
    check(
        &report,
        &["reengagement", "churn", "growth", "attrition"],
        &params,
    )?;
    let store = pa.store();
    let rows = store.orgs.iter().map(|org| {
        let members = store.members.iter().filter(|m| org["org_id"] == m.org_id.as_str());
        json!({
            "id": org["org_id"], "report_id": report, "org_id": org["org_id"], "name": org["name"],
            "num_users": members.count(), "org_created_at": org["created_at"],
            "extra_properties": {"new_users": 1},
        })
    }).collect();
    drop(store);
    page(&pa, "org_reports", &params, rows)
}

/// GET `/chart_metrics/{metric}`
pub(crate) async fn chart(
    State(pa): Project,
    Path(metric): Path<String>,
    params: Params,
) -> Outcome {
    let kind = match metric.as_str() {
        "signups" => "Signups",
        "orgs_created" => "OrgsCreated",
        "active_users" => "ActiveUsers",
        "active_orgs" => "ActiveOrgs",
        _ => return Err(Refusal::not_found()),
    };
    let date = params.text("start_date").unwrap_or("2024-01-15");
    json_of(json!({
        "chart_type": kind,
        "cadence": params.text("cadence").unwrap_or("Daily"),
        "metrics": [{"date": date, "result": pa.store().users.len(), "cadence_completed": true}],
    }))
}

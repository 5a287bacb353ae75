//! Reports and charts.

use super::{LIST, PAGE_NUMBER, PAGE_SIZE, read};
use crate::api::{Operation, Parameter};

const REPORT: &[Parameter] = &[
    Parameter::query("reportInterval").sent_as("report_interval"),
    PAGE_SIZE,
    PAGE_NUMBER,
];

const fn report(name: &'static str, path: &'static str) -> Operation {
    read(name, path).with(REPORT).paged(&LIST)
}

pub(super) const OPERATIONS: &[Operation] = &[
    report("fetchUserTopInviterReport", "/user_report/top_inviter"),
    report("fetchUserChampionReport", "/user_report/champion"),
    report("fetchUserReengagementReport", "/user_report/reengagement"),
    report("fetchUserChurnReport", "/user_report/churn"),
    report("fetchOrgReengagementReport", "/org_report/reengagement"),
    report("fetchOrgChurnReport", "/org_report/churn"),
    report("fetchOrgGrowthReport", "/org_report/growth"),
    report("fetchOrgAttritionReport", "/org_report/attrition"),
    read("fetchChartMetricData", "/chart_metrics/{metric}").with(&[
        Parameter::path("metric"),
        Parameter::query("cadence"),
        Parameter::query("startDate").sent_as("start_date"),
        Parameter::query("endDate").sent_as("end_date"),
    ]),
];

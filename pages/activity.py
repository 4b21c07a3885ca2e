"""Activity: active and new users, sessions, edits, and their hours and weekdays."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import caveats
from ui.components.drilldown import filter_by, open_sessions
from ui.components.figure import figure
from ui.components.format import exact, percent, seconds
from ui.components.table import table
from ui.page import open_page
from ui.prefetch import prefetch
from ui.sections.activity import ActivitySummary, activity_caveats, output_figures, peak_times

page = open_page("Activity")
db, filters, today = page.db, page.filters, page.partial_day
prefetch(db, filters, analytics.headline_totals, analytics.active_users_per_day,
         analytics.sessions_per_day, analytics.new_users_per_day, analytics.code_edits_per_day,
         analytics.activity_by_weekday_hour, analytics.events_by_hour,
         analytics.session_duration_by_role, analytics.edits_by_language,
         analytics.lines_of_code_per_day, analytics.commits_per_day, analytics.active_time_per_day,
         analytics.retention_cohorts, analytics.activity_by_department)  # fmt: skip
prefetch(db, page.previous, analytics.headline_totals, analytics.active_users_per_day,
         analytics.new_users_per_day, analytics.code_edits_per_day)  # fmt: skip

page.guard(analytics.headline_totals(db, filters).events)
users = analytics.active_users_per_day(db, filters)
sessions = analytics.sessions_per_day(db, filters)
new_users = analytics.new_users_per_day(db, filters)
edits = analytics.code_edits_per_day(db, filters)
week = analytics.activity_by_weekday_hour(db, filters)

headline(
    ActivitySummary.of(db, filters),
    ActivitySummary.of(db, page.previous),
    [
        Card("Active users", "active_users", trend=users["dau"], direction="more",
             help="People with at least one prompt."),
        Card("New users", "new_users", exact, trend=new_users["new_users"], direction="more",
             help="People whose first prompt ever is in this period."),
        Card("Stickiness", "stickiness", percent, trend=users["stickiness"].fillna(0),
             direction="more", is_ratio=True,
             help="DAU / MAU: active users of a day, of those of 28 days; daily mean."),
        Card("Sessions", "sessions", trend=sessions["sessions"]),
        Card("Average session", "avg_session_seconds", seconds,
             help="From first to last event, pauses included."),
        Card("File edits", "edits", trend=edits["edits"], help="Edit and write calls on files."),
    ],
    page.comparison,
)  # fmt: skip
st.markdown(f":material/schedule: {peak_times(week)}")

figure("Activity by weekday and hour", week, charts.activity_by_weekday_hour,
       on_pick=filter_by("weekday"))  # fmt: skip
figure("Active users: DAU / WAU / MAU", users, charts.active_users_per_day)
with st.grid(2, min_column_width=380, gap="small"):
    figure("Sessions per day", sessions, charts.sessions_per_day,
           on_pick=open_sessions("day"), partial_day=today)  # fmt: skip
    figure("Activity by hour", analytics.events_by_hour(db, filters), charts.events_by_hour)
    figure("New users per day", new_users, charts.new_users_per_day, partial_day=today)
    figure("Session length by role", analytics.session_duration_by_role(db, filters),
           charts.session_duration_by_role, on_pick=filter_by("role"),
           roles=page.scope.options.roles, note="p50 to p95.",
           empty="No sessions in this period.")  # fmt: skip
    figure("File edits per day", edits, charts.code_edits_per_day,
           partial_day=today)  # fmt: skip
    figure("File edits by language", analytics.edits_by_language(db, filters),
           charts.edits_by_language, limit=7, empty="No file edits in this period.")  # fmt: skip
    is_measured = output_figures(db, filters, today)
figure("Retention by start week", analytics.retention_cohorts(db, filters),
       charts.retention_cohorts,
       note="Cohorts by the week of the first prompt ever; incomplete weeks are blank.",
       empty="No new users in this period.")  # fmt: skip
table("Departments compared", analytics.activity_by_department(db, filters), "No departments.",
      on_pick=filter_by("department"))  # fmt: skip
caveats(activity_caveats(page, is_measured))

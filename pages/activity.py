"""Activity: when and how people work, and whether they come back."""

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
from ui.sections.activity import Habits, activity_caveats, output_figures, rhythm

page = open_page("Activity", "When and how do people work?")
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
started, edits = analytics.new_users_per_day(db, filters), analytics.code_edits_per_day(db, filters)
week, hours = analytics.activity_by_weekday_hour(db, filters), analytics.events_by_hour(db, filters)

headline(
    Habits.of(db, filters),
    Habits.of(db, page.previous),
    [
        Card("Active users", "active_users", trend=users["dau"], direction="more",
             help="People with at least one prompt."),
        Card("New users", "new_users", exact, trend=started["new_users"], direction="more",
             help="People whose first prompt ever is in this period."),
        Card("Stickiness", "stickiness", percent, trend=users["stickiness"].fillna(0),
             direction="more", is_ratio=True,
             help="Active on a day, of those active in the 28 days up to it; mean of the days."),
        Card("Sessions", "sessions", trend=sessions["sessions"]),
        Card("Average session", "avg_session_seconds", seconds,
             help="From first to last event, pauses included."),
        Card("Code edits", "edits", trend=edits["edits"], help="Edits and writes of files."),
    ],
    page.comparison,
)  # fmt: skip
st.markdown(f":material/schedule: {rhythm(week)}")

figure("When in the week is the work done?", week, charts.activity_by_weekday_hour)
figure("How many people are active?", users, charts.active_users_per_day)
with st.grid(2, min_column_width=380, gap="small"):
    figure("How many sessions start each day?", sessions, charts.sessions_per_day,
           on_pick=open_sessions("day"), partial_day=today)  # fmt: skip
    figure("Which hours of the day are busy?", hours, charts.events_by_hour)
    figure("Who starts, and when?", started, charts.new_users_per_day, partial_day=today)
    figure("How long do sessions last?", analytics.session_duration_by_role(db, filters),
           charts.session_duration_by_role, on_pick=filter_by("role"), roles=page.scope.roles,
           note="Half end by the dot, all but one in twenty by the end of the bar.",
           empty="No session started.")  # fmt: skip
    figure("How many edits does each day have?", edits, charts.code_edits_per_day,
           partial_day=today)  # fmt: skip
    figure("Which languages are edited?", analytics.edits_by_language(db, filters),
           charts.edits_by_language, limit=7, empty="No file was edited.")  # fmt: skip
    is_measured = output_figures(db, filters, today)
figure("Do those who start come back?", analytics.retention_cohorts(db, filters),
       charts.retention_cohorts,
       note="By the week of the first prompt ever, which may begin before the period; weeks that "
       "are not over are blank.",
       empty="Nobody had a first prompt in this period.")  # fmt: skip
table("What does each department do?", analytics.activity_by_department(db, filters),
      "No department.", on_pick=filter_by("department"))  # fmt: skip
caveats(activity_caveats(page, is_measured))

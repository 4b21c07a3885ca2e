"""People: all users in the roster or in the data, with their usage."""

import analytics
import charts
from ui.components.caveats import caveats, of_people
from ui.components.drilldown import filter_by
from ui.components.figure import figure
from ui.page import open_page
from ui.prefetch import prefetch
from ui.sections.people import people_summary, people_table

page = open_page("People")
db, filters = page.db, page.filters
prefetch(db, filters, analytics.headline_totals, analytics.user_list, analytics.cost_by_user)
prefetch(db, page.previous, analytics.user_list)

totals = analytics.headline_totals(db, filters)
page.guard(totals.events)
people = analytics.user_list(db, filters)

people_summary(page, people)
figure(
    "Top spenders",
    analytics.cost_by_user(db, filters),
    charts.cost_by_user,
    on_pick=filter_by("user", "name"),
)
people_table(page, people)
caveats(of_people(totals))

"""People: everybody in the directory or in the data, with what they did."""

import analytics
import charts
from ui.components.caveats import caveats, of_people
from ui.components.drilldown import link_to
from ui.components.figure import figure
from ui.page import open_page
from ui.prefetch import prefetch
from ui.sections.people import directory, directory_measures

page = open_page("People", "Who uses it, and how?")
db, filters = page.db, page.filters
prefetch(db, filters, analytics.headline_totals, analytics.user_list, analytics.cost_by_user)
prefetch(db, page.previous, analytics.user_list)

totals = analytics.headline_totals(db, filters)
page.guard(totals.events)
people = analytics.user_list(db, filters)

directory_measures(page, people)
figure(
    "Who spends most?",
    analytics.cost_by_user(db, filters),
    charts.cost_by_user,
    on_pick=link_to("../pages/person.py", "id", "Open the page of", "user_id", "name"),
)
directory(page, people)
caveats(of_people(totals))

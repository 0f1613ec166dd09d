// The back office: activities and who takes part.

async function one({ desk, go, look }, title) {
  await go(desk, "/staff/activities", "staff-activities");
  await desk.getByRole("link", { name: title }).click();
  await desk.getByRole("heading", { level: 1, name: title }).waitFor();
  await look(desk, "staff-activity");
  return new URL(desk.url()).pathname;
}

export async function staffActivities(pages) {
  const { desk, go, look } = pages;
  const path = await one(pages, "午间读诗");
  for (const page of ["edit", "cancellation", "participants", "sheet"]) {
    await go(desk, `${path}/${page}`, `staff-activity-${page}`);
  }
  await go(desk, "/staff/activities?kind=volunteer", "staff-services");
  await go(desk, "/staff/appeals", "staff-appeals-none");
  await go(desk, "/staff/activities/new", "staff-activity-new");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.locator(".alert-danger, .is-invalid").first().waitFor();
  await look(desk, "staff-activity-refused");
}

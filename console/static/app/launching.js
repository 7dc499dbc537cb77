// Launching a draft: it is read through first, and whoever opens it reads what that means on a page of its own.

/** Read the draft through (`check`, which says what to mend), then go on to its summary. */
export async function launch({ check, survey }) {
  await check();
  location.assign(`/console/surveys/${survey()}/launch`);
}

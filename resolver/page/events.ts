/** The second bundle: events on a product's page, loaded when there are any, and the page of one event. */
import { isEventPage, showEventPage } from "./event-page.js";

export { showEvents } from "./event-section.js";

if (isEventPage()) void showEventPage();

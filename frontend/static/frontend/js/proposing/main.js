/** Mounts the behaviours of the forms. Without this file every form is one page that works. */
import { mountCompletion } from "./completion.js";
import { mountConditions } from "./conditions.js";
import { forget, mountDraft } from "./draft.js";
import { mountErrors } from "./errors.js";
import { mountFolds } from "./folds.js";
import { mountPin } from "./pin.js";
import { mountSending } from "./send.js";
import { mountSteps } from "./steps.js";

for (const part of document.querySelectorAll("[data-without-script]")) {
  if (!part.closest("[data-hours-grid]")) part.hidden = true;
}
for (const box of document.querySelectorAll("[data-complete]")) mountCompletion(box);

const form = document.querySelector("[data-behaviour=proposal]");
if (form) {
  const draft = mountDraft(form);
  mountConditions(form);
  const pin = document.querySelector("[data-behaviour=pin]");
  if (pin) mountPin(pin, form);
  if (form.hasAttribute("data-folds")) mountFolds(form);
  const steps = form.hasAttribute("data-steps") ? mountSteps(form) : null;
  mountErrors(form, steps);
  mountSending(form, { draft, steps });
}
// The page that follows a sending says which form it came from: what was kept of it has served.
const sent = document.querySelector("[data-behaviour=sent]");
if (sent) forget(sent.dataset.sent);

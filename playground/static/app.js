// The page: ask the server for what one person sees, show it, and follow what the person started.

import { started } from "./acts.js";
import { showComposer } from "./composer.js";
import { relative } from "./markdown.js";
import { followModal, openModal } from "./modal.js";
import { banner, listen, refresh } from "./server.js";
import { showGuilds } from "./guilds.js";
import { showHead, showSidebar } from "./sidebar.js";
import { showPeople } from "./people.js";
import { showPermissions } from "./permissions.js";
import { showMessages } from "./timeline.js";
import { take, view } from "./view.js";

const RELATIVE_TIMES_MS = 5000;

function show(state) {
  take(state);
  banner(state.is_bot_connected ? null : view.words.noBot);
  showGuilds();
  showSidebar();
  showPeople();
  showHead();
  showPermissions();
  showMessages();
  showComposer();
  openModals();
  followModal();
}

function openModals() {
  for (const interaction of view.state.interactions) {
    if (interaction.modal && started.delete(interaction.id)) openModal(interaction);
  }
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    time.textContent = relative(new Date(Number(time.dataset.relative) * 1000), view.locale);
  }
}, RELATIVE_TIMES_MS);

listen(show);
refresh();

/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gi-docgen inserts this file into the head of each page, before its own script. */
"use strict";

/* The bases of links to other libraries. The generator's script uses this name. */
const baseURLs = [
  ["GLib", "https://docs.gtk.org/glib/"],
  ["GObject", "https://docs.gtk.org/gobject/"],
  ["Gio", "https://docs.gtk.org/gio/"],
];

const pages = [
  ["reference.html", "Reference"],
  ["overview.html", "Overview"],
  ["multicast.html", "Multicast in ten minutes"],
  ["pitfalls.html", "Pitfalls"],
  ["languages.html", "From other languages"],
  ["threads.html", "Threads"],
  ["errors.html", "Errors"],
  ["statistics.html", "Statistics"],
  ["mcastsrc.html", "mcastsrc"],
  ["mcastsink.html", "mcastsink"],
  ["mcastdemux.html", "mcastdemux"],
  ["recipes.html", "Recipes"],
  ["coming-from-sockets.html", "From plain sockets"],
  ["coming-from-multicast.html", "From python3 -m multicast"],
  ["coming-from-multicast-expert.html", "From multicast_expert"],
  ["coming-from-udpsrc.html", "From udpsrc and udpsink"],
  ["replaced-pipelines.html", "Replaced pipelines"],
  ["reliability.html", "Reliability"],
  ["performance.html", "Performance"],
  ["measurements.html", "Measurements"],
  ["stability.html", "Stability"],
  ["versioning.html", "Versions"],
];

const commandPages = [
  ["command.html", "mcast"],
  ["mcast-say.html", "say"],
  ["mcast-recv.html", "recv"],
  ["mcast-hear.html", "hear"],
  ["mcast-interfaces.html", "interfaces"],
  ["mcast-doctor.html", "doctor"],
  ["mcast-ping.html", "ping and pong"],
  ["mcast-relay.html", "relay"],
  ["mcast-monitor.html", "monitor"],
  ["mcast-noop.html", "noop"],
];

function addStyle() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = "site.css";
  document.head.append(link);
}

function makeLink([href, title]) {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = title;
  if (location.pathname.endsWith("/" + href))
    link.className = "current";
  return link;
}

function makeSection(name, list) {
  const section = document.createElement("div");
  const title = document.createElement("h5");
  const links = document.createElement("div");
  section.className = "section pages";
  title.textContent = name;
  links.className = "links";
  links.append(...list.map(makeLink));
  section.append(title, links);
  return section;
}

/* The generator's sidebar does not link to the written pages. */
function addPages() {
  document.querySelector(".sidebar .namespace").after(
    makeSection("Manual", pages), makeSection("Command", commandPages));
}

/* On narrow screens the sidebar is below the page; this link leads there. */
function addMenu() {
  const link = makeLink(["#pages", "Manual"]);
  link.className = "menu";
  document.querySelector(".sidebar .pages").id = "pages";
  document.querySelector("#main").prepend(link);
}

/* On narrow screens each cell shows the heading of its column; a grid has two children only. */
function labelCells() {
  for (const table of document.querySelectorAll(".docblock > table")) {
    const headings = [...table.querySelectorAll("th")].map(heading => heading.textContent);
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, i) => {
        const content = document.createElement("div");
        content.append(...cell.childNodes);
        if (content.hasChildNodes())
          cell.append(content);
        cell.dataset.heading = headings[i] ?? "";
      });
    }
  }
}

addStyle();
document.addEventListener("DOMContentLoaded", labelCells);
document.addEventListener("DOMContentLoaded", addPages);
document.addEventListener("DOMContentLoaded", addMenu);

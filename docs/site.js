/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gi-docgen puts this into the head of each page, before its own script. */
"use strict";

/* Where the links to other libraries go. The generator's script looks for this name. */
const baseURLs = [
  ["GLib", "https://docs.gtk.org/glib/"],
  ["GObject", "https://docs.gtk.org/gobject/"],
  ["Gio", "https://docs.gtk.org/gio/"],
];

const pages = [
  ["index.html", "Reference"],
  ["overview.html", "Overview"],
  ["multicast.html", "Multicast in ten minutes"],
  ["pitfalls.html", "Pitfalls"],
  ["threads.html", "Threads"],
  ["errors.html", "Errors"],
  ["statistics.html", "Statistics"],
  ["mcastsrc.html", "mcastsrc"],
  ["mcastsink.html", "mcastsink"],
  ["coming-from-sockets.html", "From plain sockets"],
  ["coming-from-multicast-expert.html", "From multicast_expert"],
  ["coming-from-udpsrc.html", "From udpsrc and udpsink"],
  ["reliability.html", "Reliability"],
  ["versioning.html", "Versions"],
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

/* The generator's sidebar links to no written page. */
function addPages() {
  const section = document.createElement("div");
  const title = document.createElement("h5");
  const links = document.createElement("div");
  section.className = "section pages";
  title.textContent = "Manual";
  links.className = "links";
  links.append(...pages.map(makeLink));
  section.append(title, links);
  document.querySelector(".sidebar .namespace").after(section);
}

addStyle();
document.addEventListener("DOMContentLoaded", addPages);

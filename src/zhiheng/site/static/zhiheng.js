// What pages need beyond htmx: the drawer, copying, file dropping, charts. Every page works without it, less comfortably.
"use strict";

(() => {
  const drawer = () => document.getElementById("drawer");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "drawer-body" && !drawer().open) drawer().showModal();
    drawCharts(event.target);
  });

  // The session ended while the page stood open: go and sign in instead of showing the login page inside a card.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL.includes("/sign-in")) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-close], [data-copy], [data-chart-table], [data-chart-save]");
    if (button?.hasAttribute("data-close") || event.target === drawer()) drawer().close();
    if (!button) {
      closeMenus(event.target);
      return;
    }
    if (button.dataset.copy !== undefined) await copy(button);
    if (button.dataset.chartTable !== undefined) toggleTable(button);
    if (button.dataset.chartSave !== undefined) await saveChart(button);
  });

  function closeMenus(target) {
    for (const open of document.querySelectorAll("details.person[open], details.pick[open]")) {
      if (!open.contains(target)) open.open = false;
    }
  }

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http on an intranet has no clipboard API.
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "已复制";
  }

  function toggleTable(button) {
    const table = document.getElementById(button.dataset.chartTable);
    table.hidden = !table.hidden;
    button.textContent = table.hidden ? "看表格" : "收起表格";
    button.setAttribute("aria-expanded", String(!table.hidden));
  }

  const views = new Map();

  async function drawCharts(root) {
    if (!window.vegaEmbed) return;
    for (const place of root.querySelectorAll(".drawn[data-chart]")) {
      const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      const result = await window.vegaEmbed(place, spec, {
        ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true },
      });
      views.set(place.dataset.chart, result.view);
      place.dataset.drawn = "yes";
    }
  }

  async function saveChart(button) {
    const view = views.get(button.dataset.chart);
    const url = await view.toImageURL(button.dataset.chartSave, 2);
    const link = document.createElement("a");
    link.href = url;
    link.download = `${button.dataset.name}.${button.dataset.chartSave}`;
    link.click();
  }

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.(".drop");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") zone.querySelector("input[type=file]").files = event.dataTransfer.files;
    });
  }

  document.addEventListener("DOMContentLoaded", () => drawCharts(document));
})();

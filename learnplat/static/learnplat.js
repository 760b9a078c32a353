// Small comforts. Every page works without this file.
(function () {
  "use strict";
  var each = function (selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); };

  // Browsers that cannot style ::details-content get the wide-screen parts opened here.
  if (!(window.CSS && CSS.supports && CSS.supports("selector(::details-content)")) && window.matchMedia("(min-width: 62em)").matches) {
    each("details[data-open-wide]", function (d) { d.open = true; });
  }

  // Pop-ups close on Escape and when the reader goes elsewhere.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    each("details[data-popup][open]", function (d) {
      var inside = d.contains(document.activeElement);
      d.open = false;
      if (inside) d.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    each("details[data-popup][open]", function (d) { if (!d.contains(event.target)) d.open = false; });
  });

  // A form that came back with errors says so first.
  var summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // The listed institutions of the chosen country are offered beside their field.
  each("datalist[data-institutions]", function (list) {
    var country = document.getElementById("f-country");
    if (!country || !window.fetch) return;
    country.addEventListener("change", function () {
      list.replaceChildren();
      if (!country.value) return;
      var asked = country.value;
      fetch(list.dataset.institutions + "?limit=200&country=" + encodeURIComponent(asked)).then(function (answer) {
        return answer.ok ? answer.json() : {items: []};
      }).then(function (found) {
        if (country.value === asked) found.items.forEach(function (one) {
          var option = document.createElement("option");
          option.value = one.name;
          list.appendChild(option);
        });
      }).catch(function () {});
    });
  });

  // A term's meaning is shown where it is met; without this its link leads to the list beside the text.
  if (HTMLElement.prototype.showPopover) document.addEventListener("click", function (event) {
    var link = event.target.closest("a.term"), card = document.querySelector(".term-card");
    var meaning = link && document.getElementById(link.hash.slice(1));
    if (!meaning || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (!card) {
      card = document.createElement("div");
      card.className = "term-card";
      card.setAttribute("popover", "auto");
      card.setAttribute("role", "status");
      card.appendChild(document.createElement("dl"));
      link.closest(".prose").appendChild(card);
    }
    if (card.matches(":popover-open")) card.hidePopover();
    card.showPopover({ source: link });  // so that the next Tab leads into the card
    card.firstChild.replaceChildren(meaning.firstElementChild.cloneNode(true), meaning.lastElementChild.cloneNode(true));
  });

  // Copy buttons are hidden until they can work.
  if (navigator.clipboard) each("button[data-copy]", function (button) {
    var said = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim()).then(function () {
        button.textContent = button.dataset.done;
        setTimeout(function () { button.textContent = said; }, 4000);
      });
    });
  });
}());

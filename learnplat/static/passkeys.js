// Passkeys: the browser's own question between a button and its form. Loaded only where there is one.
(function () {
  "use strict";
  var forms = document.querySelectorAll("form[data-passkey]");

  function toBytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (char) { return char.charCodeAt(0); });
  }
  function toText(buffer) {
    var plain = "";
    new Uint8Array(buffer).forEach(function (byte) { plain += String.fromCharCode(byte); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function described(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: toBytes(one.id) }); });
  }
  function readable(options) {
    var read = Object.assign({}, options, { challenge: toBytes(options.challenge) });
    if (options.user) read.user = Object.assign({}, options.user, { id: toBytes(options.user.id) });
    if (options.excludeCredentials) read.excludeCredentials = described(options.excludeCredentials);
    if (options.allowCredentials) read.allowCredentials = described(options.allowCredentials);
    return read;
  }
  function told(credential) {
    var from = credential.response, response = { clientDataJSON: toText(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = toText(from.attestationObject);
      response.transports = from.getTransports ? from.getTransports() : [];
    } else {
      response.authenticatorData = toText(from.authenticatorData);
      response.signature = toText(from.signature);
      response.userHandle = from.userHandle ? toText(from.userHandle) : null;
    }
    return JSON.stringify({
      id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: {}
    });
  }

  function prepare(form) {
    var button = form.querySelector("button"), answer = form.elements.credential;
    var failed = form.querySelector("[data-when=failed]");
    button.hidden = false;
    form.querySelector("[data-when=unable]").hidden = true;
    form.addEventListener("submit", function (event) {
      if (answer.value) return;
      event.preventDefault();
      if (!form.reportValidity()) return;
      failed.hidden = true;
      button.disabled = true;
      fetch(form.dataset.challenge, {
        method: "POST", headers: { "X-CSRFToken": form.elements.csrf_token.value }
      }).then(function (got) {
        var isJson = (got.headers.get("Content-Type") || "").indexOf("application/json") === 0;
        if (got.ok && isJson) return got.json();
        // Another step comes first, such as confirming once more: the page itself leads there.
        if (got.redirected) window.location.reload();
        throw new Error("refused");
      }).then(function (options) {
        var asked = { publicKey: readable(options) };
        return form.dataset.passkey === "create"
          ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
      }).then(function (credential) {
        answer.value = told(credential);
        form.submit();
      }).catch(function () {
        failed.hidden = false;
        button.disabled = false;
      });
    });
  }

  if (window.PublicKeyCredential && navigator.credentials) Array.prototype.forEach.call(forms, prepare);
}());

/**
 * The style of the person's page, and the one script there is: what some banks put behind the `#` of the address they send
 * a person back to never reaches a server by itself, so the script hands it over. Without it there is a field to paste into.
 */
export const style = `:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: Canvas; color: CanvasText; overflow-wrap: anywhere; }
main { max-width: 38rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
dl { margin: 1rem 0; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; }
blockquote { margin: .25rem 0 0; padding: .75rem 1rem; border-inline-start: .25rem solid; }
label { display: block; font-weight: 600; margin-top: 1rem; }
input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: Field;
  border: 1px solid; border-radius: .5rem; }
.does { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
button, .button { display: inline-block; min-height: 2.75rem; padding: .55rem 1.25rem; font: inherit; font-weight: 600;
  text-decoration: none; border: 2px solid CanvasText; border-radius: .5rem; background: Canvas; color: CanvasText; cursor: pointer; }
.first { background: CanvasText; color: Canvas; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 3px; }
`

export const backScript = `"use strict";
const form = document.getElementById("back");
const field = document.getElementById("address");
if (form && field && location.hash.length > 1) {
  field.value = location.href;
  history.replaceState(null, "", location.pathname);
  form.submit();
}
`

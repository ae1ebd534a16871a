// The script of staff pages. htmx comes first and becomes a global, because
// hx-csp registers itself on it; then what the frame needs, then the islands.
import './htmx.js';
import '../vendor_js/hx-csp.js';
import './focus.js';
import './menu.js';
import './exit.js';
import './queue.js';
import './progress.js';
import './links.js';
import './passkey.js';

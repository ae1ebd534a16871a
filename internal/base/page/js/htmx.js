import htmx from '../vendor_js/htmx.js';

window.htmx = htmx;

// The script of public pages: what a person on an old telephone needs.
import './focus.js';
import './exit.js';

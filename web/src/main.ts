/** What every page loads: it looks for what can be enhanced and fetches the modules for that alone. */

import { enhance } from "./enhance";

enhance(document);

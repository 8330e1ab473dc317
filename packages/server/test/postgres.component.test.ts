// component: postgres
// The same tests as on the embedded database, on the PostgreSQL that SLIPWAY_TEST_DATABASE_URL names.
import "./access.test.ts";
import "./another-attempt.test.ts";
import "./cancelling.test.ts";
import "./claiming.test.ts";
import "./definitions.test.ts";
import "./flows.test.ts";
import "./handing-over.test.ts";
import "./launching.test.ts";
import "./lifecycle.test.ts";
import "./migrate.test.ts";
import "./observing.test.ts";
import "./recording.test.ts";
import "./subscriptions.test.ts";

import { Flow } from "slipway";

function readTable(): never {
  throw new TypeError("the table is not there");
}

readTable();

export default new Flow("Broken");

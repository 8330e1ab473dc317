throw new Error("no such table: orders");

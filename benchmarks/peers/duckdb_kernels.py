"""DuckDB SQL on the same Parquet file, loaded into a table in memory. Usage: FILE TIMES."""

import sys

import duckdb
from timing import measure, peak

FOLLOWS = """SELECT activity, lead(activity) OVER w AS next, timestamp, lead(timestamp) OVER w AS later, resource,
             lead(resource) OVER w AS successor
             FROM log WINDOW w AS (PARTITION BY case_id ORDER BY timestamp, event_index)"""


def main() -> None:
    path, times = sys.argv[1], int(sys.argv[2])
    base = duckdb.connect()
    base.execute("SET threads=2")
    measure("load", lambda: base.execute(f"CREATE TABLE log AS SELECT * FROM '{path}'"), 1)

    def ask(name: str, query: str) -> None:
        measure(name, lambda: base.execute(query).fetchall(), times)

    ask("directly_follows", f"SELECT activity, next, count(*) FROM ({FOLLOWS}) WHERE next IS NOT NULL GROUP BY ALL")
    ask(
        "timed_graph",
        f"""SELECT activity, next, count(*), avg(epoch_us(later) - epoch_us(timestamp)),
        approx_quantile(epoch_us(later) - epoch_us(timestamp), [0.5, 0.9])
        FROM ({FOLLOWS}) WHERE next IS NOT NULL GROUP BY ALL""",
    )
    ask(
        "variants",
        """SELECT count(*) AS n FROM (SELECT case_id, list(activity ORDER BY timestamp, event_index) AS s
        FROM log GROUP BY case_id) GROUP BY s""",
    )
    ask(
        "case_durations",
        """SELECT avg(d), median(d) FROM
        (SELECT epoch_us(max(timestamp)) - epoch_us(min(timestamp)) AS d FROM log GROUP BY case_id)""",
    )
    ask(
        "rework",
        """SELECT activity, count(*), sum(n) FROM (SELECT case_id, activity, count(*) AS n FROM log
        GROUP BY ALL HAVING count(*) > 1) GROUP BY activity""",
    )
    ask(
        "handovers",
        f"""SELECT resource, successor, count(*), avg(epoch_us(later) - epoch_us(timestamp))
        FROM ({FOLLOWS}) WHERE next IS NOT NULL GROUP BY ALL""",
    )
    peak()


if __name__ == "__main__":
    main()

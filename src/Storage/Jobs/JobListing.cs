namespace OrleansDiffusion.Storage;

/// <summary>One page of a list: what is asked of the database, and the page that its rows make.</summary>
internal sealed class JobListing
{
    private readonly int _countMax;

    private JobListing(JobQuery query, JobCursor cursor)
    {
        _countMax = Math.Clamp(query.CountMax, 1, JobQuery.PageCountMax);
        Sql = JobSql.List(query);
        Parameters = new
        {
            query.TenantId,
            Status = query.Status is { } status ? JobRow.StatusText(status) : null,
            query.Model,
            cursor.CreatedAt,
            cursor.Id,
            CountMax = _countMax + 1, // One more tells whether there is a page after.
        };
    }

    public string Sql { get; }

    public object Parameters { get; }

    /// <summary>Null for what is no cursor, which begins no page.</summary>
    public static JobListing? Of(JobQuery query)
    {
        var cursor = default(JobCursor);
        return query.Cursor is null || JobCursor.TryParse(query.Cursor, out cursor) ? new(query, cursor) : null;
    }

    public JobPage Page(List<JobRow> rows)
    {
        var jobs = rows.Take(_countMax).Select(row => row.ToRecord()).ToList();
        if (rows.Count <= _countMax) return new(jobs, null);
        var last = rows[_countMax - 1];
        return new(jobs, new JobCursor(last.CreatedAt, last.Id).ToString());
    }
}

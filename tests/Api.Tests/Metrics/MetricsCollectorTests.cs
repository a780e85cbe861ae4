using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Api.Metrics;
using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Metrics;

public sealed class MetricsCollectorTests
{
    [Fact]
    public void Counters_add_up_by_their_labels_in_whatever_order_they_come()
    {
        using var meter = new Meter("OrleansDiffusion");
        using var metrics = Collector();
        var counter = meter.CreateCounter<long>("test.one", "{thing}", "Things.");
        counter.Add(2, new("model", "a"), new("kind", "x"));
        counter.Add(3, new("kind", "x"), new("model", "a"));
        counter.Add(1, new("model", "b"), new("kind", null));

        Assert.Equal(
            """
            # HELP test_one_total Things.
            # TYPE test_one_total counter
            test_one_total{kind="",model="b"} 1
            test_one_total{kind="x",model="a"} 5

            """.ReplaceLineEndings("\n"),
            Text(metrics, "test_one_total"));
    }

    [Fact]
    public void Up_down_counters_and_gauges_are_gauges()
    {
        using var meter = new Meter("OrleansDiffusion");
        using var metrics = Collector();
        var open = meter.CreateUpDownCounter<int>("test.open");
        var level = meter.CreateGauge<double>("test.level");
        open.Add(5);
        open.Add(-2);
        level.Record(0.5);
        level.Record(0.25);

        Assert.Equal("# HELP test_open test.open\n# TYPE test_open gauge\ntest_open 3\n", Text(metrics, "test_open"));
        Assert.Equal("# HELP test_level test.level\n# TYPE test_level gauge\ntest_level 0.25\n", Text(metrics, "test_level"));
    }

    [Fact]
    public void A_histogram_counts_into_inclusive_buckets()
    {
        using var meter = new Meter("OrleansDiffusion");
        using var metrics = Collector();
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] };
        var histogram = meter.CreateHistogram("test.time", "s", "Time.", advice: advice);
        foreach (var seconds in new[] { 0.1, 0.2, 1, 1.5 }) histogram.Record(seconds);

        var sample = Of(metrics, "test_time_seconds").Samples.Single();

        Assert.Equal([0.1, 1], sample.Histogram!.Bounds);
        Assert.Equal([1L, 2L, 1L], sample.Histogram.Counts);
        Assert.Equal(2.8, sample.Value, 1e-12);
    }

    [Fact]
    public void A_histogram_without_advice_has_buckets_for_its_unit()
    {
        using var meter = new Meter("OrleansDiffusion");
        using var metrics = Collector();
        meter.CreateHistogram<double>("test.plain", "s").Record(400);

        var histogram = Of(metrics, "test_plain_seconds").Samples.Single().Histogram!;

        Assert.Equal((0.001, 300), (histogram.Bounds[0], histogram.Bounds[^1]));
        Assert.Equal(1, histogram.Counts[^1]);
    }

    [Fact]
    public void Observed_values_are_those_of_the_scrape_and_shares_of_one_metric_add_up()
    {
        using var one = new Meter("OrleansDiffusion");
        using var other = new Meter("OrleansDiffusion");
        using var metrics = Collector();
        List<Measurement<int>> told = [new(4, new KeyValuePair<string, object?>("pool", "a")), new(1, new KeyValuePair<string, object?>("pool", "b"))];
        one.CreateObservableGauge("test.watched", () => told);
        other.CreateObservableGauge("test.watched", () => new Measurement<int>(3, new KeyValuePair<string, object?>("pool", "a")));

        Assert.Equal([7, 1], Of(metrics, "test_watched").Samples.Select(sample => sample.Value));
        told.RemoveAt(1);
        Assert.Equal([7], Of(metrics, "test_watched").Samples.Select(sample => sample.Value));
    }

    [Fact]
    public void Label_sets_are_bounded_and_what_is_dropped_is_counted()
    {
        using var meter = new Meter("OrleansDiffusion");
        using var metrics = Collector(seriesCountMax: 2);
        var counter = meter.CreateCounter<long>("test.many");
        for (var i = 0; i < 5; i++) counter.Add(1, new KeyValuePair<string, object?>("id", i));
        counter.Add(1, new KeyValuePair<string, object?>("id", 0));

        Assert.Equal([2, 1], Of(metrics, "test_many_total").Samples.Select(sample => sample.Value));
        var dropped = Of(metrics, "od_metrics_dropped_total").Samples.Single(sample => sample.Labels.Single() is ("metric", "test_many_total"));
        Assert.Equal(3, dropped.Value);
    }

    [Fact]
    public void Other_meters_are_not_heard()
    {
        using var meter = new Meter("Somebody");
        using var metrics = Collector();
        meter.CreateCounter<long>("test.foreign").Add(1);

        Assert.DoesNotContain(metrics.Collect(), metric => metric.Name == "test_foreign_total");
    }

    [Fact]
    public async Task A_scrape_finds_the_product_the_requests_and_the_process()
    {
        using var meter = new Meter("OrleansDiffusion");
        await using var api = await ApiHost.StartAsync();
        meter.CreateCounter<long>("test.scraped").Add(1);
        await api.GetAsync("/healthz");

        var answer = await api.GetAsync("/metrics");

        Assert.Equal((HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.Contains("\ntest_scraped_total 1\n", answer.Text, StringComparison.Ordinal);
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram\n", answer.Text, StringComparison.Ordinal);
        Assert.Contains("http_route=\"/healthz\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("# TYPE dotnet_process_cpu_time_seconds_total counter\n", answer.Text, StringComparison.Ordinal);
    }

    private static MetricsCollector Collector(int seriesCountMax = 500) =>
        new(Options.Create(new DiffusionApiOptions { MetricSeriesCountMax = seriesCountMax }));

    private static Metric Of(MetricsCollector metrics, string name) => metrics.Collect().Single(metric => metric.Name == name);

    private static string Text(MetricsCollector metrics, string name) => PrometheusText.Write([Of(metrics, name)]);
}

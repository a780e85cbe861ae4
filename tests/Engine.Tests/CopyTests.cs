using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Hosting;
using Orleans.Serialization;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>What crosses a grain border is a copy, unless it is immutable; what Orleans cannot carry does not cross.</summary>
public sealed class CopyTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private ICopyGrain Grain => silos.Client.GetGrain<ICopyGrain>(Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Arguments_and_results_are_copies()
    {
        var sent = new Parcel { Name = "sent", Tags = ["a", "b"], Inner = new Parcel { Name = "inner" } };
        var returned = await Grain.Change(sent).Soon();
        Assert.Equal("sent", sent.Name);
        Assert.Equal(["a", "b"], sent.Tags);
        Assert.Equal("inner", sent.Inner!.Name);
        Assert.Equal("changed", returned.Name);
        Assert.Equal(["a", "b", "c"], returned.Tags);
        Assert.Equal("changed inside", returned.Inner!.Name);
    }

    [Fact]
    public async Task A_grain_keeps_its_own_when_it_returns_its_state()
    {
        var grain = Grain;
        var state = await grain.State().Soon();
        state.Tags.Add("added by the caller");
        Assert.Empty((await grain.State().Soon()).Tags);
    }

    [Fact]
    public async Task Every_kind_of_value_arrives_equal()
    {
        var sent = new Assortment(
            7,
            "text",
            Shade.Dark,
            1.5m,
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            TimeSpan.FromSeconds(3),
            null,
            new Uri("http://localhost/x"),
            [1, 2, 3],
            ["x", "y"],
            new Dictionary<string, Point> { ["p"] = new(1, 2) },
            new HashSet<int> { 4, 5 },
            [6, 7],
            ("pair", 8),
            new byte[] { 9, 10 });
        var returned = await Grain.Echo(sent).Soon();
        Assert.NotSame(sent.Bytes, returned.Bytes);
        Assert.Equivalent(sent, returned, strict: true);
    }

    [Fact]
    public async Task A_collection_expression_arrives_as_a_list()
    {
        IReadOnlyList<Point> points = [new(1, 2), new(3, 4)];
        Assert.Equal(points, await Grain.EchoPoints(points).Soon());
        Assert.Equal([new Point(5, 6)], await Grain.EchoPoints([new(5, 6)]).Soon());
    }

    [Fact]
    public async Task What_occurs_twice_is_one_in_the_copy_and_cycles_end()
    {
        var shared = new Parcel { Name = "shared" };
        shared.Inner = shared;
        Assert.True(await Grain.IsItsOwnInner(shared).Soon());
    }

    [Fact]
    public async Task Members_marked_as_not_serialized_stay_behind()
    {
        var returned = await Grain.EchoSecretive(new Secretive { Open = "open", Hidden = "hidden" }).Soon();
        Assert.Equal("open", returned.Open);
        Assert.Null(returned.Hidden);
    }

    [Fact]
    public async Task A_derived_value_keeps_its_type()
    {
        var returned = await Grain.EchoShape(new Circle { Name = "c", Radius = 2 }).Soon();
        var circle = Assert.IsType<Circle>(returned);
        Assert.Equal(("c", 2), (circle.Name, circle.Radius));
    }

    [Fact]
    public async Task A_foreign_type_crosses_as_its_surrogate()
    {
        var returned = await Grain.EchoForeign(new Foreign(3)).Soon();
        Assert.Equal(3, returned.Value);
    }

    [Fact]
    public async Task A_type_that_Orleans_cannot_carry_is_refused_by_name()
    {
        var failure = await Assert.ThrowsAsync<CodecNotFoundException>(() => Grain.EchoObject(new Unmarked()).Soon());
        Assert.Contains(nameof(Unmarked), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_that_the_json_predicate_accepts_crosses_as_json()
    {
        await using var cluster = await EngineCluster.Start(1, AddJson, AddJson);
        var grain = cluster.Client.GetGrain<ICopyGrain>("json");
        var returned = Assert.IsType<Unmarked>(await grain.EchoObject(new Unmarked { Text = "by json" }).Soon());
        Assert.Equal("by json", returned.Text);

        static void AddJson(object builder)
        {
            var services = (builder as ISiloBuilder)?.Services ?? ((IClientBuilder)builder).Services;
            services.AddSerializer(serializer => serializer.AddJsonSerializer(isSupported: type => type == typeof(Unmarked)));
        }
    }

    [Fact]
    public async Task An_immutable_value_arrives_equal()
    {
        Assert.Equal(6, await Grain.Sum(ImmutableArray.Create(1, 2, 3)).Soon());
        Assert.Equal(6, await Grain.SumBytes([1, 2, 3]).Soon());
        Assert.Equal(6, await Grain.SumImmutable(new Immutable<int[]>([1, 2, 3])).Soon());
    }
}

public enum Shade
{
    Light,
    Dark,
}

[GenerateSerializer]
public sealed class Parcel
{
    [Id(0)]
    public string Name { get; set; } = "";

    [Id(1)]
    public List<string> Tags { get; set; } = [];

    [Id(2)]
    public Parcel? Inner { get; set; }
}

[GenerateSerializer]
public readonly record struct Point(int X, int Y);

[GenerateSerializer]
public sealed record Assortment(
    int Number,
    string Text,
    Shade Shade,
    decimal Money,
    DateTimeOffset Moment,
    TimeSpan Span,
    int? Nothing,
    Uri Place,
    int[] Numbers,
    List<string> Words,
    Dictionary<string, Point> Points,
    HashSet<int> Set,
    ImmutableArray<int> Fixed,
    (string Name, int Value) Pair,
    byte[] Bytes);

[GenerateSerializer]
public sealed class Secretive
{
    [NonSerialized]
    private string? _hidden;

    [Id(0)]
    public string Open { get; set; } = "";

    public string? Hidden
    {
        get => _hidden;
        set => _hidden = value;
    }
}

[GenerateSerializer]
public abstract class Shape
{
    [Id(0)]
    public string Name { get; set; } = "";
}

[GenerateSerializer]
public sealed class Circle : Shape
{
    [Id(0)]
    public int Radius { get; set; }
}

public sealed class Foreign(int value)
{
    public int Value => value;
}

[GenerateSerializer]
public struct ForeignSurrogate
{
    [Id(0)]
    public int Value { get; set; }
}

[RegisterConverter]
public sealed class ForeignConverter : IConverter<Foreign, ForeignSurrogate>
{
    public Foreign ConvertFromSurrogate(in ForeignSurrogate surrogate) => new(surrogate.Value);

    public ForeignSurrogate ConvertToSurrogate(in Foreign value) => new() { Value = value.Value };
}

public sealed class Unmarked
{
    public string Text { get; set; } = "";
}

public interface ICopyGrain : IGrainWithStringKey
{
    Task<Parcel> Change(Parcel parcel);

    Task<Parcel> State();

    Task<Assortment> Echo(Assortment assortment);

    Task<IReadOnlyList<Point>> EchoPoints(IReadOnlyList<Point> points);

    Task<bool> IsItsOwnInner(Parcel parcel);

    Task<Secretive> EchoSecretive(Secretive secretive);

    Task<Shape> EchoShape(Shape shape);

    Task<Foreign> EchoForeign(Foreign foreign);

    Task<object> EchoObject(object value);

    Task<int> Sum(ImmutableArray<int> numbers);

    Task<int> SumBytes([Immutable] byte[] numbers);

    Task<int> SumImmutable(Immutable<int[]> numbers);
}

public sealed class CopyGrain : Grain, ICopyGrain
{
    private readonly Parcel _state = new() { Name = "state" };

    public Task<Parcel> Change(Parcel parcel)
    {
        parcel.Name = "changed";
        parcel.Tags.Add("c");
        parcel.Inner!.Name = "changed inside";
        return Task.FromResult(parcel);
    }

    public Task<Parcel> State() => Task.FromResult(_state);

    public Task<Assortment> Echo(Assortment assortment) => Task.FromResult(assortment);

    public Task<IReadOnlyList<Point>> EchoPoints(IReadOnlyList<Point> points) => Task.FromResult(points);

    public Task<bool> IsItsOwnInner(Parcel parcel) => Task.FromResult(ReferenceEquals(parcel, parcel.Inner));

    public Task<Secretive> EchoSecretive(Secretive secretive) => Task.FromResult(secretive);

    public Task<Shape> EchoShape(Shape shape) => Task.FromResult(shape);

    public Task<Foreign> EchoForeign(Foreign foreign) => Task.FromResult(foreign);

    public Task<object> EchoObject(object value) => Task.FromResult(value);

    public Task<int> Sum(ImmutableArray<int> numbers) => Task.FromResult(numbers.Sum());

    public Task<int> SumBytes(byte[] numbers) => Task.FromResult(numbers.Sum(b => b));

    public Task<int> SumImmutable(Immutable<int[]> numbers) => Task.FromResult(numbers.Value.Sum());
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.Hosting
{
    public static class PlacementStrategyExtensions
    {
        public static ISiloBuilder AddPlacementDirector<TStrategy>(this ISiloBuilder builder, Func<IServiceProvider, IPlacementDirector> createDirector)
            where TStrategy : PlacementStrategy, new()
        {
            builder.Services.AddPlacementDirector<TStrategy>(createDirector);
            return builder;
        }

        public static ISiloBuilder AddPlacementDirector<TStrategy, TDirector>(this ISiloBuilder builder)
            where TStrategy : PlacementStrategy, new()
            where TDirector : class, IPlacementDirector
        {
            builder.Services.AddPlacementDirector<TStrategy, TDirector>();
            return builder;
        }

        public static void AddPlacementDirector<TStrategy, TDirector>(this IServiceCollection services)
            where TStrategy : PlacementStrategy, new()
            where TDirector : class, IPlacementDirector =>
            services.AddPlacementDirector<TStrategy>(static services => ActivatorUtilities.GetServiceOrCreateInstance<TDirector>(services));

        public static void AddPlacementDirector<TStrategy>(this IServiceCollection services, Func<IServiceProvider, IPlacementDirector> createDirector)
            where TStrategy : PlacementStrategy, new() =>
            services.Replace(ServiceDescriptor.KeyedSingleton<IPlacementDirector>(typeof(TStrategy), (services, _) => createDirector(services)));
    }
}

namespace Orleans.Placement
{
    public static class PlacementFilterExtensions
    {
        public static IServiceCollection AddPlacementFilter<TFilter, TDirector>(this IServiceCollection services, ServiceLifetime strategyLifetime)
            where TFilter : PlacementFilterStrategy, new()
            where TDirector : class, IPlacementFilterDirector => services.AddKeyedSingleton<IPlacementFilterDirector, TDirector>(typeof(TFilter));
    }
}
